package snapshot

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-git/gcfg"
	format "github.com/go-git/go-git/v5/plumbing/format/config"
)

// configPart is one section of a file with settings. Files are read section by section, since a setting before and one after an include differ.
type configPart struct {
	raw *format.Config
	// condition is that of an includeIf, whose truth is not known; "" for none.
	condition string
}

const deepestInclude = 10 // git's own

var (
	anySection = regexp.MustCompile(`(?m)^[ \t]*\[`)
	// relevant are the sections that matter here. Others may hold what this parser does not know, so they are not parsed.
	relevant = regexp.MustCompile(`(?i)^[ \t]*\[[ \t]*(core|extensions|include|includeif)[ \t]*(["\]\r\n]|$)`)
	header   = regexp.MustCompile(`^[ \t]*\[[^"\]\n]*("([^"\\\n]|\\.)*")?[ \t]*\]`)
	// depended are the settings of core that decide what is captured.
	depended = []string{"attributesfile", "autocrlf", "excludesfile", "filemode", "ignorecase", "sparsecheckout", "symlinks"}
)

// loadSettings reads a file, which may be missing, and what it includes.
func (s *scene) loadSettings(file, condition string, depth int) error {
	text, err := readFile(file)
	if err != nil {
		return err
	}
	if depth > deepestInclude {
		return fmt.Errorf("%w: git's settings: %s is included more than %d deep", ErrRefused, file, deepestInclude)
	}
	text = strings.TrimPrefix(text, "\ufeff")
	starts := append(anySection.FindAllStringIndex(text, -1), []int{len(text)})
	for i, start := range starts[:len(starts)-1] {
		section := text[start[0]:starts[i+1][0]]
		if !relevant.MatchString(section) {
			continue
		}
		raw, err := decode(section)
		if err != nil {
			return fmt.Errorf("%w: git's settings in %s: %w", ErrRefused, file, err)
		}
		s.configs = append(s.configs, configPart{raw, condition})
		for _, name := range raw.Section("include").OptionAll("path") {
			if err := s.include(file, name, condition, depth); err != nil {
				return err
			}
		}
		for _, sub := range raw.Section("includeif").Subsections {
			for _, name := range sub.OptionAll("path") {
				if err := s.include(file, name, sub.Name, depth); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// decode reads one section. go-git's own decoder would give a name without a value, which is true, the empty value, which is false.
func decode(section string) (*format.Config, error) {
	raw := format.New()
	text := header.ReplaceAllString(section, "$0\n") // gcfg wants a header to be alone on its line, unlike git
	return raw, gcfg.ReadWithCallback(strings.NewReader(text), func(section, sub, name, value string, alone bool) error {
		if name == "" {
			return nil // the header
		}
		if alone {
			value = "true"
		}
		raw.AddOption(section, sub, name, value)
		return nil
	})
}

// include reads what a file includes; the path is relative to that file.
func (s *scene) include(from, name, condition string, depth int) error {
	file, err := wholePath(name, filepath.Dir(from))
	if err != nil {
		return fmt.Errorf("%w: git's settings: %s includes %q: %w", ErrRefused, from, name, err)
	}
	return s.loadSettings(file, condition, depth+1)
}

// checkConditions refuses settings that decide what is captured and that hang on the condition of an includeIf, which is not judged here. Most of
// those hold a name and an address, and do not matter.
func (s *scene) checkConditions() error {
	for _, name := range depended {
		for i := len(s.configs) - 1; i >= 0; i-- {
			part := s.configs[i]
			if !part.raw.Section("core").HasOption(name) {
				continue
			}
			if part.condition == "" {
				break // whatever an earlier one says
			}
			return fmt.Errorf("%w: %s: core.%s is set under the condition [includeIf %q], which dit does not judge; set it in the repository: git config core.%s %s",
				ErrRefused, s.dir, name, part.condition, name, part.raw.Section("core").Option(name))
		}
	}
	return nil
}

// checkEnvironment refuses settings that decide what is captured and that the environment holds, as git -c puts them there. Most others there are about
// addresses and who may read, and do not matter.
func checkEnvironment() error {
	settings := []string{"include.path", "includeif."}
	for _, name := range depended {
		settings = append(settings, "core."+name)
	}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if name != "GIT_CONFIG_PARAMETERS" && !strings.HasPrefix(name, "GIT_CONFIG_KEY_") {
			continue
		}
		for _, setting := range settings {
			if strings.Contains(strings.ToLower(value), setting) {
				return fmt.Errorf("%w: git's settings: %s in the environment sets %s, and dit reads files only; unset it, and use git config in the repository", ErrRefused, name, setting)
			}
		}
	}
	return nil
}
