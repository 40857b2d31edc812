package compare

import (
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq/names"
)

// quote makes an identifier of any name, reserved word or not.
func quote(name string) string { return names.Quote(name) }

// rangeVariable gives a table alias that no column or field of the schemas
// starts with, so that neither the alias nor a numbered one hides a column.
func rangeVariable(schemas ...bigquery.Schema) string {
	for name := "x"; ; name += "_" {
		if !anyStartsWith(name, schemas) {
			return name
		}
	}
}

func anyStartsWith(prefix string, schemas []bigquery.Schema) bool {
	for _, schema := range schemas {
		for _, f := range schema {
			if strings.HasPrefix(strings.ToLower(f.Name), prefix) || anyStartsWith(prefix, []bigquery.Schema{f.Schema}) {
				return true
			}
		}
	}
	return false
}
