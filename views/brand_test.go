package views

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

func TestAnyAccentIsReadableInBothThemes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	accents := []rgb{{0, 0, 0}, {1, 1, 1}, {1, 1, 0}, {0, 0, 1}, {0, 1, 0}, {1, 0, 0}, {0.5, 0.5, 0.5}}
	for range 4000 {
		accents = append(accents, rgb{random.Float64(), random.Float64(), random.Float64()})
	}
	for _, s := range []surfaces{lightSurfaces, darkSurfaces} {
		paper, _ := parseColor(s.paper)
		sheet, _ := parseColor(s.sheet)
		for _, accent := range accents {
			p := asWritten(paletteFor(accent, s))
			for _, pair := range []struct {
				what  string
				a, b  rgb
				least float64
			}{
				{"button on paper", p.fill, paper, shapeContrast},
				{"button on sheet", p.fill, sheet, shapeContrast},
				{"words on button", p.on, p.fill, textContrast},
				{"link on paper", p.words, paper, textContrast},
				{"link on sheet", p.words, sheet, textContrast},
				{"link on tint", p.words, p.soft, textContrast},
				{"body on tint", inkOf(s), p.soft, 7},
			} {
				if got := contrast(pair.a, pair.b); got < pair.least {
					t.Fatalf("accent %s, dark %v: %s has contrast %.2f, not %.1f", accent, s.dark, pair.what, got, pair.least)
				}
			}
		}
	}
}

// asWritten reads the colours back from the text that browsers get.
func asWritten(p palette) palette {
	back := func(c rgb) rgb { parsed, _ := parseColor(c.String()); return parsed }
	return palette{fill: back(p.fill), on: back(p.on), words: back(p.words), soft: back(p.soft)}
}

func inkOf(s surfaces) rgb {
	ink, _ := parseColor(map[bool]string{false: "#1d2430", true: "#eceae4"}[s.dark])
	return ink
}

func TestAnAccentThatIsReadableAlreadyStaysAsItIs(t *testing.T) {
	if css := BrandCSS("#0a4bd6"); !strings.HasPrefix(css, ":root{--accent:#0a4bd6;--on-accent:#ffffff;--accent-words:#0a4bd6;") {
		t.Error(css)
	}
}

func TestWhatIsNoColourGivesNoStylesheet(t *testing.T) {
	for _, accent := range []string{"", "red", "#12", "#12345", "0b5fff", "#0b5fff}body{display:none", "#zzzzzz", "#+12345"} {
		if css := BrandCSS(accent); css != "" {
			t.Errorf("%q: %s", accent, css)
		}
	}
}

// The stylesheet's own colours are the ones that the accents are measured against.
func TestTheStylesheetHasTheColoursThatContrastIsWorkedOutFor(t *testing.T) {
	data, err := os.ReadFile("../static/css/app.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(data)
	for _, s := range []surfaces{lightSurfaces, darkSurfaces} {
		own := paletteFor(ownAccent(t), s)
		for _, want := range append(strings.Split(own.declarations(), ";"), "--paper:"+s.paper, "--sheet:"+s.sheet, "--ink:"+inkOf(s).String()) {
			if times := map[bool]int{false: 1, true: 2}[s.dark]; strings.Count(strings.ReplaceAll(css, ": ", ":"), want+";") < times {
				t.Errorf("app.css lacks %s (%d times)", want, times)
			}
		}
	}
}

func ownAccent(t *testing.T) rgb {
	accent, ok := parseColor("#0b5a4b")
	if !ok {
		t.Fatal("not a colour")
	}
	return accent
}
