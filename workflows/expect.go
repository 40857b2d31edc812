package workflows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// Expectation is an entry of the file of expected differences: which rows of some pairs must differ, no more and no less. A pair that
// no entry is about must be equal.
type Expectation struct {
	// Output, Mode, Left and Right choose the pairs by an output, a mode and two bindings in either order; empty for any.
	Output string `yaml:"output"`
	Mode   string `yaml:"mode"`
	Left   string `yaml:"left"`
	Right  string `yaml:"right"`
	// Where is a SQL condition over the output's columns: a key is expected to differ if a row of it on either side meets it.
	Where string `yaml:"where"`
	// Keys is how many keys must differ; 0 for at least one.
	Keys int64 `yaml:"keys"`
}

// Expected is what is expected of one comparison; see [Expectation].
type Expected struct {
	Where string `json:"where"`
	Keys  int64  `json:"keys,omitempty"`
}

// ParseExpectations reads the file of expected differences: a YAML list. The file's name serves the error messages.
func ParseExpectations(file string, text []byte) ([]Expectation, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var all []Expectation
	if err := dec.Decode(&all); errors.Is(err, io.EOF) || err == nil && len(all) == 0 {
		return nil, fmt.Errorf("expected differences %s: the file has none; write a list of entries such as {mode: bf, where: \"id IN (1, 2)\", keys: 2}", file)
	} else if err != nil {
		return nil, fmt.Errorf("expected differences %s: %s", file, yamlProblem(err, reflect.TypeOf(all)))
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("expected differences %s: there is more after the list, such as a second document after \"---\"; write one list", file)
	}
	for i, e := range all {
		if strings.TrimSpace(e.Where) == "" {
			return nil, fmt.Errorf("expected differences %s: entry %d has no where: a SQL condition for the rows that must differ, such as \"id IN (1, 2)\"", file, i+1)
		}
		if e.Keys < 0 {
			return nil, fmt.Errorf("expected differences %s: entry %d: %d keys cannot differ; give 1 or more, or leave it out", file, i+1, e.Keys)
		}
	}
	return all, nil
}

// covers tells whether the entry is about a pair.
func (e Expectation) covers(output, mode, left, right string) bool {
	is := func(want, is string) bool { return want == "" || want == is }
	return is(e.Output, output) && is(e.Mode, mode) && (is(e.Left, left) && is(e.Right, right) || is(e.Left, right) && is(e.Right, left))
}

// about says which pairs the entry chooses.
func (e Expectation) about() string {
	var all []string
	for _, c := range []struct{ name, value string }{{"output", e.Output}, {"mode", e.Mode}, {"left", e.Left}, {"right", e.Right}} {
		if c.value != "" {
			all = append(all, c.name+" "+c.value)
		}
	}
	return listOr(all, "any pair")
}
