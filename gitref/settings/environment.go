package settings

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

var variableKey = regexp.MustCompile(`^([A-Za-z0-9-]+)\.(?:([^\n]+)\.)?([A-Za-z][A-Za-z0-9-]*)$`)

// environment adds what GIT_CONFIG_COUNT counts. No message repeats a value or name, which may be an address with a token in it.
func (r *reader) environment() error {
	text := strings.TrimLeft(os.Getenv("GIT_CONFIG_COUNT"), " \t\n\v\f\r")
	if text == "" {
		return nil
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 0 {
		return fmt.Errorf("GIT_CONFIG_COUNT is %q; want a number", text)
	}
	for i := range count {
		at := fmt.Sprintf("GIT_CONFIG_KEY_%d", i)
		key := variableKey.FindStringSubmatch(os.Getenv(at))
		if key == nil {
			return fmt.Errorf("%s in the environment is no setting; want <section>.<key> or <section>.<name>.<key>", at)
		}
		at = fmt.Sprintf("GIT_CONFIG_VALUE_%d", i)
		value, given := os.LookupEnv(at)
		if !given {
			return fmt.Errorf("%s is not in the environment, and GIT_CONFIG_COUNT is %d", at, count)
		}
		if err := r.add(Setting{Section: strings.ToLower(key[1]), Name: key[2], Key: strings.ToLower(key[3]), Value: value}, 0); err != nil {
			return err
		}
	}
	return nil
}

// Unread is an error when git -c, of a git that started this program, sets one of these settings or includes any: those are not read. They are given as
// texts in small letters that the name of such a setting has in it.
func Unread(names ...string) error {
	const variable = "GIT_CONFIG_PARAMETERS"
	text := strings.ToLower(os.Getenv(variable))
	for _, name := range append(names, "include.path", "includeif.") {
		if strings.Contains(text, name) {
			return fmt.Errorf("%s in the environment sets %s, and dit does not read it; unset it, and use git config", variable, name)
		}
	}
	return nil
}
