package views

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// What WCAG 2.2 AA asks for: text, and what is not text but has to be seen.
const (
	textContrast  = 4.5
	shapeContrast = 3.0
	// On dark paper words that only just pass look dim beside white ones.
	darkTextContrast = 6.5
)

// surfaces are what a theme's colours lie on, as app.css has them.
type surfaces struct {
	paper, sheet string
	dark         bool
}

var (
	lightSurfaces = surfaces{paper: lightPaper, sheet: "#fffefb"}
	darkSurfaces  = surfaces{paper: darkPaper, sheet: "#1d2128", dark: true}
)

// palette is what becomes of one accent in one theme.
type palette struct {
	fill  rgb // buttons and other filled shapes
	on    rgb // words on fill
	words rgb // links, headings and the focus ring
	soft  rgb // a tint to lie behind words
}

// BrandCSS is a stylesheet that puts a partner's accent (#rrggbb or #rgb) in place
// of the portal's own, in light and in dark. The accent is moved along its own
// lightness as far as words and shapes need to be readable, and no further. For
// what is not a colour it is empty, and the portal keeps its own.
func BrandCSS(accent string) string {
	color, ok := parseColor(accent)
	if !ok {
		return ""
	}
	light, dark := paletteFor(color, lightSurfaces).declarations(), paletteFor(color, darkSurfaces).declarations()
	return ":root{" + light + "}\n" +
		"@media (prefers-color-scheme:dark){:root[data-theme=auto]{" + dark + "}}\n" +
		":root[data-theme=dark]{" + dark + "}\n"
}

func (p palette) declarations() string {
	return fmt.Sprintf("--accent:%s;--on-accent:%s;--accent-words:%s;--accent-soft:%s", p.fill, p.on, p.words, p.soft)
}

func paletteFor(accent rgb, s surfaces) palette {
	paper, _ := parseColor(s.paper)
	sheet, _ := parseColor(s.sheet)
	color := accent.oklch()
	least := textContrast
	soft := oklch{l: 0.95, c: math.Min(color.c, 0.018), h: color.h}
	if s.dark {
		least = darkTextContrast
		soft = oklch{l: 0.29, c: math.Min(color.c, 0.03), h: color.h}
	}
	p := palette{soft: soft.rgb()}
	p.fill = color.until(s.dark, func(c rgb) bool {
		return contrast(c, paper) >= shapeContrast && contrast(c, sheet) >= shapeContrast
	})
	p.words = color.until(s.dark, func(c rgb) bool {
		return contrast(c, paper) >= least && contrast(c, sheet) >= least && contrast(c, p.soft) >= textContrast
	})
	// Between pure white and pure black one always reaches 4.58.
	p.on = rgb{1, 1, 1}
	if contrast(p.on, p.fill) < textContrast {
		p.on = rgb{}
	}
	return p
}

// rgb is a colour of sRGB, each part from 0 to 1.
type rgb struct{ r, g, b float64 }

// oklch is the same colour by lightness, chroma and hue as eyes see them (Björn
// Ottosson's Oklab), so that a darker blue is still that blue.
type oklch struct{ l, c, h float64 }

func parseColor(text string) (rgb, bool) {
	digits, found := strings.CutPrefix(text, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if !found || len(digits) != 6 || err != nil {
		return rgb{}, false
	}
	return rgb{float64(n>>16) / 255, float64(n>>8&0xff) / 255, float64(n&0xff) / 255}, true
}

func (c rgb) String() string {
	return fmt.Sprintf("#%02x%02x%02x", byteOf(c.r), byteOf(c.g), byteOf(c.b))
}

func byteOf(part float64) int { return int(math.Round(part * 255)) }

// until moves the lightness, up in the dark theme and down in the light one, until
// the colour as it will be written is good enough. White and black always are.
func (c oklch) until(lighter bool, good func(rgb) bool) rgb {
	step := -0.005
	if lighter {
		step = 0.005
	}
	for c.l > 0 && c.l < 1 {
		if found := c.rgb(); good(found) {
			return found
		}
		c.l += step
	}
	if lighter {
		return rgb{1, 1, 1}
	}
	return rgb{}
}

// contrast is WCAG's ratio, from 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := a.luminance()+0.05, b.luminance()+0.05
	return math.Max(x, y) / math.Min(x, y)
}

func (c rgb) luminance() float64 {
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func companded(v float64) float64 {
	if v <= 0.0031308 {
		return v * 12.92
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}

func (c rgb) oklch() oklch {
	r, g, b := linear(c.r), linear(c.g), linear(c.b)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	x := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	y := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return oklch{l: 0.2104542553*l + 0.7936177850*m - 0.0040720468*s, c: math.Hypot(x, y), h: math.Atan2(y, x)}
}

// rgb is the colour in whole steps of 8 bits, as a browser gets it. Where no screen
// can show so much chroma at this lightness, the chroma gives way.
func (c oklch) rgb() rgb {
	for ; c.c > 0; c.c -= 0.004 {
		if found, ok := c.inGamut(); ok {
			return found
		}
	}
	c.c = 0
	found, _ := c.inGamut()
	return found
}

func (c oklch) inGamut() (rgb, bool) {
	x, y := c.c*math.Cos(c.h), c.c*math.Sin(c.h)
	l := cube(c.l + 0.3963377774*x + 0.2158037573*y)
	m := cube(c.l - 0.1055613458*x - 0.0638541728*y)
	s := cube(c.l - 0.0894841775*x - 1.2914855480*y)
	r, inR := rounded(4.0767416621*l - 3.3077115913*m + 0.2309699292*s)
	g, inG := rounded(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s)
	b, inB := rounded(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s)
	return rgb{r, g, b}, inR && inG && inB
}

func cube(v float64) float64 { return v * v * v }

func rounded(linearPart float64) (part float64, inside bool) {
	v := math.Round(companded(linearPart)*255) / 255
	return math.Max(0, math.Min(1, v)), v >= 0 && v <= 1
}
