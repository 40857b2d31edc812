package bq

import (
	"fmt"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq/names"
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

// At names the table as it was in that version, as the source of a copy job. BigQuery remembers what a table held for seven days,
// or as long as its dataset says; a table that was dropped and made anew has no past.
func At(t Table, v Version) Table {
	t.Name += fmt.Sprintf("@%d", v.LastModified+1) // times are cut to milliseconds: the version may be a part of one younger
	return t
}

// ParseTable reads "project.dataset.table" as [names.Split] does.
func ParseTable(s string) (Table, error) {
	project, dataset, name, err := names.Split(s)
	if err != nil {
		return Table{}, err
	}
	return Table{Project: project, Dataset: dataset, Name: name}, nil
}
