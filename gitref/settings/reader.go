package settings

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

const deepestInclude = 10 // git's own

var anySection = regexp.MustCompile(`(?m)^[ \t]*\[`)

// reader gathers settings.
type reader struct {
	relevant *regexp.Regexp // sections
	found    Settings
}

// read adds a file, which may be missing, section by section.
func (r *reader) read(file, condition string, depth int) error {
	text, err := Text(file)
	if err != nil {
		return err
	}
	if depth > deepestInclude {
		return fmt.Errorf("%s is included more than %d deep", file, deepestInclude)
	}
	text = apart(joined(strings.TrimPrefix(text, "\ufeff")))
	starts := append(anySection.FindAllStringIndex(text, -1), []int{len(text)})
	for i, start := range starts[:len(starts)-1] {
		section := text[start[0]:starts[i+1][0]]
		if !r.relevant.MatchString(section) {
			continue
		}
		found, err := parse(section)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, one := range found {
			one.File, one.Condition = file, condition
			if err := r.add(one, depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// add keeps a setting, and reads what it includes, so that what stands after an include counts after it.
func (r *reader) add(s Setting, depth int) error {
	r.found = append(r.found, s)
	if s.Key != "path" || !(s.Section == "include" && s.Name == "" || s.Section == "includeif" && s.Name != "") {
		return nil
	}
	from := s.File
	if from == "" {
		from = "the environment"
	}
	file, err := WholePath(s.Value, filepath.Dir(s.File))
	switch {
	case s.Alone:
		err = errors.New("the path is missing")
	case err == nil && s.File == "" && !filepath.IsAbs(file):
		err = errors.New("write the whole path")
	}
	if err != nil {
		return fmt.Errorf("%s includes %q: %w", from, s.Value, err)
	}
	condition := s.Condition
	if s.Section == "includeif" {
		condition = s.Name
	}
	return r.read(file, condition, depth+1)
}
