package bq

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"cloud.google.com/go/bigquery"
)

// Table is the full name of a table, view or snapshot. In JSON it is the text "project.dataset.table".
type Table struct {
	Project string
	Dataset string
	Name    string
}

// Of is the client's handle for the table.
func (t Table) Of(client *bigquery.Client) *bigquery.Table {
	return client.DatasetInProject(t.Project, t.Dataset).Table(t.Name)
}

// String writes the name as project.dataset.table.
func (t Table) String() string {
	if t == (Table{}) {
		return ""
	}
	return t.Project + "." + t.Dataset + "." + t.Name
}

// SQL writes the name for a GoogleSQL statement, in backticks. It is safe for every table that [ParseTable] accepts.
func (t Table) SQL() string { return "`" + t.String() + "`" }

// MarshalText writes the name as String does.
func (t Table) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText writes; the empty text gives the zero Table.
func (t *Table) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = Table{}
		return nil
	}
	parsed, err := ParseTable(string(text))
	if err == nil {
		*t = parsed
	}
	return err
}

// ParseTable reads "project.dataset.table". All three parts are required: a name without its project means different
// tables to different people. The project may have a domain ("example.com:project"). Partition and time decorators,
// wildcards and the legacy "project:dataset.table" are refused.
func ParseTable(s string) (Table, error) {
	fail := func(format string, args ...any) (Table, error) {
		return Table{}, fmt.Errorf("table %q: %s", s, fmt.Sprintf(format, args...))
	}
	if strings.ContainsRune(s, '`') {
		return fail("write it without backticks")
	}
	// A domain brings dots of its own, so the parts are taken from the right.
	rest, name, ok := cutLast(s)
	project, dataset, both := cutLast(rest)
	switch {
	case ok && !both && strings.Contains(rest, ":"):
		return fail("legacy SQL form; write project.dataset.table, with dots only")
	case !both || strings.Contains(project, ".") && !strings.Contains(project, ":"):
		return fail("not of the form project.dataset.table: it has %d parts, not 3", strings.Count(s, ".")+1)
	}
	t := Table{Project: project, Dataset: dataset, Name: name}
	if err := CheckProject(t.Project); err != nil {
		return fail("%v", err)
	}
	if err := CheckDataset(t.Dataset); err != nil {
		return fail("%v", err)
	}
	if err := CheckTableName(t.Name); err != nil {
		return fail("%v", err)
	}
	return t, nil
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

// CheckTableName tells why s cannot be the name of a table, without project and dataset, or gives nil.
func CheckTableName(s string) error {
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
