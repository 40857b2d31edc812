package compare

import (
	"strings"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Input is one side of a comparison: a table, view or snapshot, or the rows of a
// query.
type Input struct {
	Table Table
	// Query is a SELECT in GoogleSQL, instead of a table.
	Query string
}

// ParseInput reads what a person writes: project.dataset.table, or a query, which
// begins with SELECT or WITH. The error is an [*ArgumentError].
func ParseInput(text string) (Input, error) {
	text = strings.TrimSpace(text)
	if word, _, _ := strings.Cut(strings.ToUpper(text), " "); strings.HasPrefix(word, "SELECT") || strings.HasPrefix(word, "WITH") {
		if strings.ContainsAny(text, " \t\n(") {
			return Input{Query: strings.TrimRight(text, "; \t\n")}, nil
		}
	}
	table, err := bq.ParseTable(text)
	if err != nil {
		return Input{}, argument("%v; or write a query that begins with SELECT or WITH", err)
	}
	return Input{Table: table}, nil
}

// String is the table's name, or the query.
func (i Input) String() string {
	if i.Query != "" {
		return i.Query
	}
	return i.Table.String()
}

// sql is what stands in FROM. The line break ends a comment at the query's end.
func (i Input) sql() string {
	if i.Query != "" {
		return "(\n" + i.Query + "\n)"
	}
	return i.Table.SQL()
}
