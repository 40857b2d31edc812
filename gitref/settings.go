package gitref

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	format "github.com/go-git/go-git/v5/plumbing/format/config"
)

// option is one of git's settings: [section "name"] key = value. Section and key are in small letters.
type option struct {
	section, name, key, value string
	file                      string
	// condition is that of an includeIf, whose truth is not known; "" for none.
	condition string
}

// settings are what git says of remotes and their addresses, an earlier one first. go-git reads the repository's own file alone, and of a section that
// rewrites addresses one line; to a wrong address goes what was meant for another.
type settings []option

const deepestInclude = 10 // git's own

var (
	anySection = regexp.MustCompile(`(?m)^[ \t]*\[`)
	// relevant are the sections that matter here. Others may hold what go-git's parser does not know, so they are not parsed.
	relevant = regexp.MustCompile(`(?i)^[ \t]*\[[ \t]*(remote|url|extensions|include|includeif)[ \t]*(["\].\r\n]|$)`)
	header   = regexp.MustCompile(`^[ \t]*\[[^"\]\n]*("([^"\\\n]|\\.)*")?[ \t]*\]`)
)

// readSettings reads them from all the places where git reads them for the repository in dir, in its order.
func readSettings(dir string) (settings, error) {
	own, common, err := Dirs(dir)
	if err != nil {
		return nil, err
	}
	var s settings
	shared := filepath.Join(common, "config")
	for _, file := range append(userFiles(), shared) {
		if err := s.read(file, "", 0); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(s, func(o option) bool {
		return o.file == shared && o.section == "extensions" && o.key == "worktreeconfig" && slices.Contains([]string{"", "true", "yes", "on", "1"}, strings.ToLower(o.value))
	}) {
		if err := s.read(filepath.Join(own, "config.worktree"), "", 0); err != nil {
			return nil, err
		}
	}
	count, _ := strconv.Atoi(os.Getenv("GIT_CONFIG_COUNT"))
	for i := range count {
		section, rest, _ := strings.Cut(os.Getenv(fmt.Sprintf("GIT_CONFIG_KEY_%d", i)), ".")
		dot := strings.LastIndex(rest, ".")
		o := option{section: strings.ToLower(section), name: rest[:max(dot, 0)], key: strings.ToLower(rest[dot+1:]), value: os.Getenv(fmt.Sprintf("GIT_CONFIG_VALUE_%d", i))}
		if err := s.add(o, 0); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// userFiles are the settings of the machine and of its user.
func userFiles() (files []string) {
	if os.Getenv("GIT_CONFIG_NOSYSTEM") == "" {
		file, given := os.LookupEnv("GIT_CONFIG_SYSTEM")
		if !given {
			file = "/etc/gitconfig"
		}
		files = append(files, file)
	}
	if file, given := os.LookupEnv("GIT_CONFIG_GLOBAL"); given {
		return append(files, file)
	}
	home, _ := os.UserHomeDir() // without one git goes on too
	user := os.Getenv("XDG_CONFIG_HOME")
	if user == "" && home != "" {
		user = filepath.Join(home, ".config")
	}
	if user != "" {
		files = append(files, filepath.Join(user, "git", "config"))
	}
	if home != "" {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	return files
}

// read adds a file, which may be missing, section by section, since a setting before and one after an include differ.
func (s *settings) read(file, condition string, depth int) error {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || file == "" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("git's settings are %w: %w", ErrBadRef, err)
	}
	if depth > deepestInclude {
		return fmt.Errorf("git's settings are %w: %s is included more than %d deep", ErrBadRef, file, deepestInclude)
	}
	text := strings.TrimPrefix(string(content), "\ufeff")
	starts := append(anySection.FindAllStringIndex(text, -1), []int{len(text)})
	for i, start := range starts[:len(starts)-1] {
		section := text[start[0]:starts[i+1][0]]
		if !relevant.MatchString(section) {
			continue
		}
		raw := format.New() // which wants a header to be alone on its line, unlike git
		if err := format.NewDecoder(strings.NewReader(header.ReplaceAllString(section, "$0\n"))).Decode(raw); err != nil {
			return fmt.Errorf("git's settings in %s are %w: %w", file, ErrBadRef, err)
		}
		for _, one := range raw.Sections { // there is one
			named := append([]*format.Subsection{{Options: one.Options}}, one.Subsections...)
			for _, sub := range named {
				for _, o := range sub.Options {
					if err := s.add(option{strings.ToLower(one.Name), sub.Name, strings.ToLower(o.Key), o.Value, file, condition}, depth); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// add keeps a setting, or reads what it includes; that path is relative to the file that it stands in.
func (s *settings) add(o option, depth int) error {
	if o.section == "includeif" {
		o.condition = o.name
	} else if o.section != "include" {
		*s = append(*s, o)
		return nil
	}
	if o.key != "path" {
		return nil
	}
	file := o.value
	if rest, ok := strings.CutPrefix(file, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return fmt.Errorf("git's settings in %s are %w: they include %s: %w", o.file, ErrBadRef, file, err)
		}
		file = filepath.Join(home, rest)
	} else if strings.HasPrefix(file, "~") || strings.HasPrefix(file, "%(prefix)") {
		return fmt.Errorf("git's settings in %s are %w: they include %q, which dit does not find; write the whole path", o.file, ErrBadRef, file)
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(o.file), file)
	}
	return s.read(file, o.condition, depth+1)
}
