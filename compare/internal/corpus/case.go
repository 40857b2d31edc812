// Package corpus reads the cases of compare/testdata/corpus: pairs of tables that some comparison tool got wrong, or could.
// Each is a directory with one file, case.yaml:
//
//	reason: why the case is there; a failing test prints it
//	options: keys, rename, ignore, tolerance, tolerances, normalise, allow_empty, as in compare.Options
//	left:
//	  columns: what stands between the brackets of CREATE TABLE
//	  clauses: what stands after them, such as PARTITION BY d
//	  rows: what follows VALUES; a side without rows is empty
//	right: the same; without columns it has those of the left
//	want: see Want
package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"github.com/GlobalFishingWatch/dit/compare"
)

// Case is one directory.
type Case struct {
	// Name is that of the directory.
	Name    string  `json:"-"`
	Reason  string  `json:"reason"`
	Options options `json:"options"`
	Left    Side    `json:"left"`
	Right   Side    `json:"right"`
	Want    Want    `json:"want"`
}

// Side is one of the two tables.
type Side struct {
	Columns string `json:"columns"`
	Clauses string `json:"clauses"`
	Rows    string `json:"rows"`
}

type options struct {
	Keys       []string                           `json:"keys"`
	Rename     map[string]string                  `json:"rename"`
	Ignore     []string                           `json:"ignore"`
	Tolerance  compare.Tolerance                  `json:"tolerance"`
	Tolerances map[string]compare.Tolerance       `json:"tolerances"`
	Normalise  map[string][]compare.Normalisation `json:"normalise"`
	AllowEmpty bool                               `json:"allow_empty"`
}

// For gives the options of the comparison.
func (o options) For() compare.Options {
	return compare.Options{
		Keys: o.Keys, Rename: o.Rename, Ignore: o.Ignore, Tolerance: o.Tolerance, Tolerances: o.Tolerances,
		Normalise: o.Normalise, AllowEmpty: o.AllowEmpty,
	}
}

// Load reads the cases in the directory, which holds nothing else, by name.
func Load(directory string) (cases []Case, err error) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(directory, e.Name(), "case.yaml"))
		if err != nil {
			return nil, err
		}
		c, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("case %s: %w", e.Name(), err)
		}
		c.Name = e.Name()
		cases = append(cases, c)
	}
	return cases, nil
}

func parse(text []byte) (c Case, err error) {
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return c, err
	}
	if err := strictly(tree, &c); err != nil {
		return c, err
	}
	if c.Reason == "" {
		return c, errors.New("it has no reason")
	}
	if c.Left.Columns == "" {
		return c, errors.New("the left has no columns")
	}
	if c.Right.Columns == "" {
		c.Right.Columns = c.Left.Columns
	}
	return c, c.Want.validate()
}

// strictly brings the tree into a value of which every member is known, as JSON
// names them.
func strictly(tree, into any) error {
	text, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// Statements make the table anew under the name, which is as it stands in SQL.
func (s Side) Statements(name string) []string {
	all := []string{fmt.Sprintf("CREATE OR REPLACE TABLE %s (%s) %s", name, s.Columns, s.Clauses)}
	if s.Rows != "" {
		all = append(all, fmt.Sprintf("INSERT INTO %s VALUES %s", name, s.Rows))
	}
	return all
}
