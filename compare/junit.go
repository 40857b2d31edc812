package compare

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// JUnitCase is one comparison in a test report.
type JUnitCase struct {
	Name string
	// Result is what the comparison found; nil where it could not be done.
	Result *Result
	// Error says why it could not be done. It goes before Result.
	Error string
	// Log are the last lines of what failed; they follow the error in the report's body.
	Log []string
	// Seconds is how long it took.
	Seconds float64
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
	Out      *junitOut   `xml:"system-out"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Out     *junitOut     `xml:"system-out"`
}

type junitOut struct {
	Body string `xml:",cdata"`
}

// junitProblem has its body as CDATA, because line breaks are written as entities
// otherwise and nobody could read the report as it stands.
type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Body    string `xml:",cdata"`
}

// WriteJUnit writes the comparisons as a test report, as continuous integration
// services read it: a testsuite with a testcase for each. [Identical] and
// [WithinTolerance] pass, [Different] is a failure. All else is an error,
// [NotComparable] as well, so that nothing passes that was not looked at. The
// message is the first reason, the body what [WriteText] writes; what passes and is
// not [Identical] has that as its output. The notes are lines about all of them, and
// are the testsuite's output. Characters that XML forbids are replaced by U+FFFD.
func WriteJUnit(w io.Writer, suite string, cases []JUnitCase, notes ...string) error {
	s := junitSuite{Name: suite, Tests: len(cases)}
	if len(notes) > 0 {
		s.Out = &junitOut{xmlText("\n" + strings.Join(notes, "\n") + "\n")}
	}
	total := 0.0
	for _, c := range cases {
		one := junitCase{Name: c.Name, Class: suite, Time: seconds(c.Seconds)}
		problem, err := c.problem()
		if err != nil {
			return err
		}
		switch {
		case problem == nil && c.Result.Verdict != Identical:
			body, err := c.text()
			if err != nil {
				return err
			}
			one.Out = &junitOut{body}
		case problem == nil:
		case problem.Type == string(Different):
			one.Failure = problem
			s.Failures++
		default:
			one.Error = problem
			s.Errors++
		}
		s.Cases = append(s.Cases, one)
		total += c.Seconds
	}
	s.Time = seconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// problem is nil for a comparison that passes.
func (c JUnitCase) problem() (*junitProblem, error) {
	const undone = "ERROR"
	switch {
	case c.Error != "":
		return &junitProblem{Message: c.Error, Type: undone, Body: xmlText(strings.Join(append([]string{c.Error}, c.Log...), "\n"))}, nil
	case c.Result == nil || c.Result.Verdict == "":
		const message = "the comparison left no result"
		return &junitProblem{Message: message, Type: undone, Body: message}, nil
	case c.Result.Verdict.Equal():
		return nil, nil
	}
	body, err := c.text()
	if err != nil {
		return nil, err
	}
	message := c.Result.Summary()
	if len(c.Result.Reasons) > 0 {
		message = c.Result.Reasons[0]
	}
	return &junitProblem{Message: message, Type: string(c.Result.Verdict), Body: body}, nil
}

// text is the result as a person reads it.
func (c JUnitCase) text() (string, error) {
	var body strings.Builder
	err := WriteText(&body, c.Result)
	return xmlText(body.String()), err
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 3, 64) }

// xmlText replaces what XML 1.0 has no way to write; the encoder does so for
// attributes, but not in CDATA.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
			return r
		}
		return '\uFFFD'
	}, s)
}
