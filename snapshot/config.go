package snapshot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/config"
)

func (s *scene) loadConfig() error {
	for _, scope := range []config.Scope{config.SystemScope, config.GlobalScope} {
		if c, err := config.LoadConfig(scope); err == nil {
			s.configs = append(s.configs, c)
		}
	}
	own, err := s.repo.Config()
	if err != nil {
		return fmt.Errorf("%w: %s: .git/config: %w", ErrRefused, s.dir, err)
	}
	s.configs = append(s.configs, own)
	if text, err := s.gitFile("config.worktree"); err == nil {
		c := config.NewConfig()
		if err := c.Unmarshal(text); err != nil {
			return fmt.Errorf("%w: %s: .git/config.worktree: %w", ErrRefused, s.dir, err)
		}
		s.configs = append(s.configs, c)
	}
	return nil
}

// config is a setting's value, "" when nobody sets it.
func (s *scene) config(section, name string) string {
	for i := len(s.configs) - 1; i >= 0; i-- {
		if raw := s.configs[i].Raw.Section(section); raw.HasOption(name) {
			return strings.ToLower(raw.Option(name))
		}
	}
	return ""
}

// on reads a boolean setting.
func (s *scene) on(section, name string, unset bool) bool {
	switch s.config(section, name) {
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	}
	return unset
}

// configured is the file that a setting of core names, or git's default for it.
func (s *scene) configured(setting, standard string) string {
	home, _ := os.UserHomeDir()
	for i := len(s.configs) - 1; i >= 0; i-- {
		if raw := s.configs[i].Raw.Section("core"); raw.HasOption(setting) {
			name := raw.Option(setting)
			if rest, ok := strings.CutPrefix(name, "~/"); ok {
				name = filepath.Join(home, rest)
			}
			return name
		}
	}
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "git", standard)
}

// readFile is the text of a file that may be missing.
func readFile(name string) string {
	text, _ := os.ReadFile(name)
	return string(text)
}
