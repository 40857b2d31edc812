package workflows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// canonical checks a value against the parameter's type and choices and writes it in the one form that enters command
// lines and cache keys: "1.0" and "1" are one float, a list is sorted, a bool is true or false.
func (p Param) canonical(value string) (string, error) {
	bad := func(want string) error {
		return fmt.Errorf("parameter %s=%q is not %s", p.Name, value, want)
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }) {
		return "", bad("free of control characters")
	}
	switch p.Type {
	case StringParam:
	case IntParam:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return "", bad("a whole number such as 4")
		}
		value = strconv.FormatInt(n, 10)
	case FloatParam:
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || f != f || f-f != 0 {
			return "", bad("a finite number such as 1.5")
		}
		value = strconv.FormatFloat(f, 'g', -1, 64)
	case BoolParam:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return "", bad("true or false")
		}
		value = strconv.FormatBool(b)
	case ListParam:
		if value == "" {
			return "", nil
		}
		items := strings.Split(value, ",")
		for i := range items {
			items[i] = strings.TrimSpace(items[i])
			if items[i] == "" {
				return "", bad("a comma-separated list without empty items, such as a,b")
			}
		}
		slices.Sort(items)
		value = strings.Join(slices.Compact(items), ",")
	}
	if len(p.Choices) > 0 && !slices.Contains(p.Choices, value) {
		return "", bad("one of " + strings.Join(p.Choices, ", "))
	}
	return value, nil
}

// resolveParams merges "name=value" settings over the descriptor's defaults.
func resolveParams(declared []Param, settings []string) (map[string]string, error) {
	values := make(map[string]string, len(declared))
	byName := make(map[string]Param, len(declared))
	var known []string
	for _, p := range declared {
		v, err := p.canonical(p.Default)
		if err != nil && p.Default != "" {
			return nil, err
		}
		values[p.Name], byName[p.Name] = v, p
		known = append(known, p.Name)
	}
	set := map[string]bool{}
	for _, s := range settings {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--param %q has no '='; write --param name=value", s)
		}
		p, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("unknown parameter %q; this pipeline has %s", name, listOr(known, "none"))
		}
		if set[name] {
			return nil, fmt.Errorf("parameter %s is given twice", name)
		}
		set[name] = true
		v, err := p.canonical(value)
		if err != nil {
			return nil, err
		}
		values[name] = v
	}
	return values, nil
}

func listOr(items []string, none string) string {
	if len(items) == 0 {
		return none
	}
	return strings.Join(items, ", ")
}
