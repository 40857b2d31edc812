// Package names says what may be the name of a project, a dataset or a table. It knows no client, so that arguments can be
// refused where BigQuery is not at hand.
package names

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split takes "project.dataset.table" apart. All three parts are required: a name without its project means different
// tables to different people. The project may have a domain ("example.com:project"). Partition and time decorators,
// wildcards and the legacy "project:dataset.table" are refused.
func Split(s string) (project, dataset, table string, err error) {
	fail := func(format string, args ...any) (string, string, string, error) {
		return "", "", "", fmt.Errorf("table %q: %s", s, fmt.Sprintf(format, args...))
	}
	if strings.ContainsRune(s, '`') {
		return fail("write it without backticks")
	}
	// A domain brings dots of its own, so the parts are taken from the right.
	rest, table, ok := cutLast(s)
	project, dataset, both := cutLast(rest)
	switch {
	case ok && !both && strings.Contains(rest, ":"):
		return fail("legacy SQL form; write project.dataset.table, with dots only")
	case !both || strings.Contains(project, ".") && !strings.Contains(project, ":"):
		return fail("not of the form project.dataset.table: it has %d parts, not 3", strings.Count(s, ".")+1)
	}
	for _, err := range []error{CheckProject(project), CheckDataset(dataset), CheckTable(table)} {
		if err != nil {
			return fail("%v", err)
		}
	}
	return project, dataset, table, nil
}

// SplitDataset takes "dataset" or "project.dataset" apart; project is empty where none is given. It may have a domain, as in [Split].
func SplitDataset(s string) (project, dataset string, err error) {
	project, dataset, given := cutLast(s)
	if !given {
		return "", s, CheckDataset(s)
	}
	return project, dataset, errors.Join(CheckProject(project), CheckDataset(dataset))
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

var (
	projectName = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`)
	datasetName = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
)

// CheckProject tells why s cannot be a project id, or gives nil.
func CheckProject(s string) error {
	if !projectName.MatchString(s) {
		return fmt.Errorf("project %q: a project id has 6 to 30 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen", s)
	}
	return nil
}

// CheckDataset tells why s cannot be the name of a dataset, without its project, or gives nil.
func CheckDataset(s string) error {
	if len(s) > 1024 || !datasetName.MatchString(s) {
		return fmt.Errorf("dataset %q: a dataset's name has 1 to 1024 letters, digits and underscores, without the project", s)
	}
	return nil
}

// CheckTable tells why s cannot be the name of a table, without project and dataset, or gives nil.
func CheckTable(s string) error {
	const most = 1024 // bytes of UTF-8
	if s == "" || len(s) > most || !utf8.ValidString(s) {
		return fmt.Errorf("table name %q: it must have 1 to %d bytes of UTF-8", s, most)
	}
	for _, r := range s {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.Pc, unicode.Pd, unicode.Zs) {
			hint := ""
			switch r {
			case '$', '@':
				hint = "; partition and time decorators are not part of a table's name"
			case '*':
				hint = "; a wildcard names many tables"
			}
			return fmt.Errorf("table name %q: character %q is not allowed%s", s, r, hint)
		}
	}
	return nil
}

var backtickEscapes = strings.NewReplacer("\\", "\\\\", "`", "\\`", "\n", "\\n", "\r", "\\r")

// Quote makes an identifier for GoogleSQL of any name of a column, reserved word or not.
func Quote(name string) string { return "`" + backtickEscapes.Replace(name) + "`" }
