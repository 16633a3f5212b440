package simulator

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// A4 in points, and the text's place on it.
const (
	pdfWidth  = 595
	pdfHeight = 842
	pdfMargin = 72
	pdfColumn = 400 // where the second column of a table ends on the right
)

// writePDF sets the text as a PDF of its own: plain pages in Helvetica, which
// every viewer has. There is no date and no random id in it, so the same text
// gives the same bytes.
func writePDF(text documentText) []byte {
	set := &pdfSetter{}
	set.newPage()
	set.line(pdfBold, 20, text.Title)
	set.gap(4)
	set.line(pdfRegular, 10, text.Edition)
	set.gap(10)
	set.paragraph(pdfRegular, 11, text.Lead)
	for _, section := range text.Sections {
		set.gap(12)
		set.keepTogether(60)
		set.paragraph(pdfBold, 13, section.Heading)
		set.gap(3)
		for _, paragraph := range section.Paragraphs {
			set.paragraph(pdfRegular, 11, paragraph)
			set.gap(5)
		}
		for _, row := range section.Rows {
			set.row(row[0], row[1])
		}
	}
	set.gap(24)
	set.paragraph(pdfRegular, 9, "Specimen from a simulator. It binds nobody. Document "+text.ID+".")
	return assemblePDF(text.Title, set.pages)
}

type pdfFont string

const (
	pdfRegular pdfFont = "F1"
	pdfBold    pdfFont = "F2"
)

// pdfSetter sets lines from the top of the page down and turns the page.
type pdfSetter struct {
	pages []*bytes.Buffer
	y     float64
}

func (s *pdfSetter) newPage() {
	s.pages = append(s.pages, &bytes.Buffer{})
	s.y = pdfHeight - pdfMargin
}

func (s *pdfSetter) keepTogether(points float64) {
	if s.y-points < pdfMargin {
		s.newPage()
	}
}

func (s *pdfSetter) gap(points float64) { s.y -= points }

func (s *pdfSetter) line(font pdfFont, size float64, text string) {
	s.keepTogether(size * 1.4)
	s.y -= size * 1.4
	s.put(font, size, pdfMargin, text)
}

func (s *pdfSetter) put(font pdfFont, size, x float64, text string) {
	fmt.Fprintf(s.pages[len(s.pages)-1], "BT /%s %.1f Tf %.2f %.2f Td (%s) Tj ET\n", font, size, x, s.y, pdfString(text))
}

// paragraph breaks lines where they would run over the margin.
func (s *pdfSetter) paragraph(font pdfFont, size float64, text string) {
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && pdfTextWidth(longer, size) > pdfWidth-2*pdfMargin {
			s.line(font, size, line)
			longer = word
		}
		line = longer
	}
	if line != "" {
		s.line(font, size, line)
	}
}

// row sets a line of a table, the second column flush right above a hairline.
func (s *pdfSetter) row(left, right string) {
	s.line(pdfRegular, 11, left)
	s.put(pdfRegular, 11, pdfMargin+pdfColumn-pdfTextWidth(right, 11), right)
	fmt.Fprintf(s.pages[len(s.pages)-1], "0.8 G 0.5 w %d %.2f m %d %.2f l S 0 G\n", pdfMargin, s.y-4, pdfMargin+pdfColumn, s.y-4)
	s.y -= 5
}

// helvetica is how wide its letters are, in thousandths of their size, from the
// blank to the tilde. The file repeats it, so that a viewer that has another font
// instead keeps the columns straight.
var helvetica = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

func pdfTextWidth(text string, size float64) float64 {
	width := 0
	for _, r := range text {
		if at := int(r) - ' '; at >= 0 && at < len(helvetica) {
			width += helvetica[at]
		} else {
			width += 556
		}
	}
	return float64(width) * size / 1000
}

// pdfString writes text as a string of PDF in the encoding that the fonts are
// told to have. What is not in it becomes a question mark.
func pdfString(text string) string {
	var b strings.Builder
	for _, r := range text {
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			c = '?'
		}
		switch {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// assemblePDF puts the pages into a file: objects one after another, and a table
// of where each begins.
func assemblePDF(title string, pages []*bytes.Buffer) []byte {
	const first = 6 // objects 1 to 5 are the catalogue, the pages, two fonts and the title
	var kids []string
	for n := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", first+2*n))
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>",
		fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages)),
		fmt.Sprintf("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 126 /Widths %v >>", helvetica),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
		fmt.Sprintf("<< /Title (%s) /Producer (Onboarding simulator) >>", pdfString(title)),
	}
	for n, page := range pages {
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents %d 0 R >>",
				pdfWidth, pdfHeight, first+2*n+1),
			fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", page.Len(), page.String()),
		)
	}
	var file bytes.Buffer
	file.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var table strings.Builder
	for n, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", file.Len())
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", n+1, object)
	}
	start := file.Len()
	fmt.Fprintf(&file, "xref\n0 %d\n0000000000 65535 f \n%s", len(objects)+1, table.String())
	fmt.Fprintf(&file, "trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return file.Bytes()
}
