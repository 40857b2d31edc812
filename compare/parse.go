package compare

import (
	"strconv"
	"strings"
)

// ParseTolerances reads tolerances as a person writes them: "column=0.001", or
// "column=abs:0.001", for the largest absolute difference, "column=rel:1e-9" for
// the largest share of the larger value, "column=ulp:4" for units in the last
// place, "column=us:500" for microseconds, "column=m:10" for metres,
// "column=topological". Several of one column add up. The error is an [*ArgumentError].
func ParseTolerances(texts []string) (map[string]Tolerance, error) {
	all := map[string]Tolerance{}
	for _, text := range texts {
		column, limit, err := setting("tolerance", text, "column=0.001, column=rel:1e-9, column=ulp:4, column=us:500, column=m:10 or column=topological")
		if err != nil {
			return nil, err
		}
		t := all[column]
		if err := t.parse(text, limit); err != nil {
			return nil, err
		}
		all[column] = t
	}
	return all, nil
}

func (t *Tolerance) parse(text, limit string) (err error) {
	name, number, ok := strings.Cut(limit, ":")
	switch {
	case limit == "topological":
		name = limit
	case !ok:
		name, number = "abs", limit
	}
	given := map[string]bool{"abs": t.Absolute != 0, "rel": t.Relative != 0, "ulp": t.ULPs != 0, "us": t.Microseconds != 0, "m": t.Metres != 0, "topological": t.Topological}[name]
	switch name {
	case "abs":
		t.Absolute, err = strconv.ParseFloat(number, 64)
	case "rel":
		t.Relative, err = strconv.ParseFloat(number, 64)
	case "ulp":
		t.ULPs, err = strconv.ParseInt(number, 10, 64)
	case "us":
		t.Microseconds, err = strconv.ParseInt(number, 10, 64)
	case "m":
		t.Metres, err = strconv.ParseFloat(number, 64)
	case "topological":
		t.Topological = true
	default:
		return argument("tolerance %q: %q is none of abs, rel, ulp, us, m and topological", text, name)
	}
	if err != nil {
		return argument("tolerance %q: %q is not a number", text, number)
	}
	if given {
		return argument("tolerance %q: %s was given already", text, name)
	}
	return t.validate("tolerance " + text)
}

// ParseRenames reads "left=right", a column and its name on the right, as for
// [Options.Rename]. The error is an [*ArgumentError].
func ParseRenames(texts []string) (map[string]string, error) {
	all := map[string]string{}
	for _, text := range texts {
		left, right, err := setting("rename", text, "left=right, the column's names on both sides")
		if err != nil {
			return nil, err
		}
		if _, twice := all[left]; twice {
			return nil, argument("rename %q: column %s was renamed already", text, left)
		}
		all[left] = right
	}
	return all, nil
}

// ParseNormalisations reads "column=trim", as for [Options.Normalise]. Several of
// one column add up. The error is an [*ArgumentError].
func ParseNormalisations(texts []string) (map[string][]Normalisation, error) {
	all := map[string][]Normalisation{}
	for _, text := range texts {
		column, how, err := setting("normalise", text, "column=case, column=unicode, column=trim or column=json")
		if err != nil {
			return nil, err
		}
		all[column] = append(all[column], Normalisation(how))
	}
	return all, nil
}

// setting takes "name=value" apart; neither may be empty.
func setting(what, text, form string) (name, value string, err error) {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" || value == "" {
		return "", "", argument("%s %q: write %s", what, text, form)
	}
	return name, value, nil
}
