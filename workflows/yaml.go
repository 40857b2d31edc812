package workflows

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

var (
	wrongKind    = regexp.MustCompile("(?s)^(line \\d+: )cannot unmarshal !!(\\w+)(?: `(.*)`)? into (.+)$")
	unknownField = regexp.MustCompile(`(?s)^(line \d+: )field (.*) not found in type workflows\.(\w+)$`)
)

// yamlProblem says what is wrong with a file that should be a value of the type: in words of YAML and not of Go, with the fields that
// there are for one that there is not.
func yamlProblem(err error, file reflect.Type) string {
	var date *time.ParseError
	if errors.As(err, &date) {
		return fmt.Sprintf("%q is not a date; write it as 2024-01-31", date.Value)
	}
	var all *yaml.TypeError
	if !errors.As(err, &all) {
		return strings.TrimPrefix(err.Error(), "yaml: ")
	}
	fields := map[string]string{}
	fieldsOf(file, fields)
	var problems []string
	for _, p := range all.Errors {
		if m := wrongKind.FindStringSubmatch(p); m != nil {
			p = m[1] + "want " + wantedKind(m[4]) + ", and there is " + foundKind(m[2])
			if m[3] != "" {
				p += fmt.Sprintf(" %q", m[3])
			}
		} else if m := unknownField.FindStringSubmatch(p); m != nil {
			p = fmt.Sprintf("%sthere is no field %q here; there are %s", m[1], m[2], fields[m[3]])
		}
		problems = append(problems, p)
	}
	return strings.Join(problems, "; ")
}

// fieldsOf notes the fields of a type, and of all that are inside, under the type's name.
func fieldsOf(t reflect.Type, all map[string]string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		fieldsOf(t.Elem(), all)
	case reflect.Struct:
		var names []string
		for i := range t.NumField() {
			if name := t.Field(i).Tag.Get("yaml"); name != "" {
				names = append(names, name)
				fieldsOf(t.Field(i).Type, all)
			}
		}
		all[t.Name()] = strings.Join(names, ", ")
	}
}

func wantedKind(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"), goType == "workflows.Arg":
		return "a list"
	case strings.HasPrefix(goType, "int"):
		return "a whole number"
	case strings.HasPrefix(goType, "float"):
		return "a number"
	case goType == "civil.Date":
		return "a date"
	case strings.HasPrefix(goType, "map"), strings.HasPrefix(goType, "workflows.") && !strings.HasSuffix(goType, "Type") && goType != "workflows.DateConvention":
		return "a map of name: value"
	}
	return "a text"
}

func foundKind(tag string) string {
	switch tag {
	case "map":
		return "a map of name: value"
	case "seq":
		return "a list"
	case "int", "float":
		return "the number"
	case "str":
		return "the text"
	}
	return "the " + tag // bool, null, timestamp
}
