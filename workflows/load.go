package workflows

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"path"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed pipelines/*.yaml
var builtin embed.FS

// Pipelines lists the names of the built-in descriptors, sorted.
func Pipelines() []string {
	entries, err := builtin.ReadDir("pipelines")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// Builtin returns the built-in descriptor of that name. The error of an unknown name lists those that exist.
func Builtin(name string) (*Descriptor, error) {
	if name == "" {
		return nil, fmt.Errorf("no pipeline is given; give --pipeline, one of %s, or a descriptor of your own, --descriptor=./my-pipeline.yaml", strings.Join(Pipelines(), ", "))
	}
	if !slices.Contains(Pipelines(), name) {
		return nil, fmt.Errorf("unknown pipeline %q; built in are %s; a descriptor of your own is given with --descriptor=./my-pipeline.yaml",
			name, strings.Join(Pipelines(), ", "))
	}
	text, err := builtin.ReadFile(path.Join("pipelines", name+".yaml"))
	if err != nil {
		return nil, err
	}
	return ParseDescriptor(name+".yaml", text)
}

// ParseDescriptor reads and checks a descriptor. The file name only serves the error messages. Refused are unknown
// fields, missing ones, names that are not slugs, templates that refer to what is not declared, defaults that their own
// type does not allow. All problems are reported at once, each naming its field.
func ParseDescriptor(file string, text []byte) (*Descriptor, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var d Descriptor
	if err := dec.Decode(&d); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		return nil, fmt.Errorf("descriptor %s: %s", file, yamlProblem(err, reflect.TypeOf(d)))
	}
	if err := dec.Decode(new(Descriptor)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("descriptor %s: a second document follows the first; write one pipeline a file", file)
	}
	if problems := d.check(); len(problems) > 0 {
		return nil, fmt.Errorf("descriptor %s: %s", file, strings.Join(problems, "; "))
	}
	return &d, nil
}
