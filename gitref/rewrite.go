package gitref

import (
	"fmt"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/gitref/settings"
)

// remotes are what git's settings say of remotes and their addresses. go-git reads the repository's own file alone, and of a section that rewrites
// addresses one line; to a wrong address goes what was meant for another.
type remotes settings.Settings

// readRemotes reads them for the repository in dir.
func readRemotes(dir string) (remotes, error) {
	own, common, err := Dirs(dir)
	if err != nil {
		return nil, err
	}
	all, err := settings.Read(own, common, "remote", "url")
	if err == nil {
		err = settings.Unread(".url", ".pushurl", ".insteadof", ".pushinsteadof")
	}
	for _, one := range all {
		if err == nil && one.Alone && (isAddress(one) || isRewriting(one)) { // which ends git
			err = fmt.Errorf("%s: a %s.<name>.%s has no value", one.File, one.Section, one.Key)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("git's settings are %w: %w", ErrBadRef, err)
	}
	return remotes(all), nil
}

func isAddress(s settings.Setting) bool {
	return s.Section == "remote" && s.Name != "" && (s.Key == "url" || s.Key == "pushurl")
}

func isRewriting(s settings.Setting) bool {
	return s.Section == "url" && s.Name != "" && (s.Key == "insteadof" || s.Key == "pushinsteadof")
}

// names are those of the remotes that have an address, sorted.
func (r remotes) names() ([]string, error) {
	var names []string
	for _, o := range r {
		if !isAddress(o) {
			continue
		}
		if o.Condition != "" {
			return nil, undecided(o)
		}
		if o.Key == "url" {
			names = append(names, o.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// addresses are where the remote is fetched from, and where it is pushed to if that was said apart.
func (r remotes) addresses(name string) (fetch, push []string, err error) {
	var urls, pushed []string
	for _, o := range r {
		if !isAddress(o) || o.Name != name {
			continue
		}
		if o.Condition != "" {
			return nil, nil, undecided(o)
		}
		list := &urls
		if o.Key == "pushurl" {
			list = &pushed
		}
		if *list = append(*list, o.Value); o.Value == "" {
			*list = nil // as git has it, an empty one takes those before it back
		}
	}
	for _, url := range pushed {
		if url, _, err = r.rewritten(url, "insteadof"); err != nil {
			return nil, nil, err
		}
		push = append(push, url)
	}
	for _, url := range urls {
		if len(pushed) == 0 { // git rewrites what was said apart with insteadOf alone
			other, changed, err := r.rewritten(url, "pushinsteadof")
			if err != nil {
				return nil, nil, err
			}
			if changed {
				push = append(push, other)
			}
		}
		if url, _, err = r.rewritten(url, "insteadof"); err != nil {
			return nil, nil, err
		}
		fetch = append(fetch, url)
	}
	return fetch, push, nil
}

// rewritten puts a base in the place of the longest beginning that it stands for; of two as long, that of the base which was named first.
func (r remotes) rewritten(url, key string) (to string, changed bool, err error) {
	var bases []string
	best := map[string]string{} // of each base
	for _, o := range r {
		if !isRewriting(o) || o.Key != key {
			continue
		}
		if !slices.Contains(bases, o.Name) {
			bases = append(bases, o.Name)
		}
		if !strings.HasPrefix(url, o.Value) {
			continue
		}
		if o.Condition != "" {
			return "", false, undecided(o)
		}
		if from, ok := best[o.Name]; !ok || len(o.Value) > len(from) {
			best[o.Name] = o.Value
		}
	}
	longest := -1
	to = url
	for _, base := range bases {
		if from, ok := best[base]; ok && len(from) > longest {
			longest, to = len(from), base+url[len(from):]
		}
	}
	return to, longest >= 0, nil
}

// undecided refuses a setting that would decide where something goes, and that hangs on the condition of an includeIf.
func undecided(o settings.Setting) error {
	return fmt.Errorf("git's settings are %w: %s.%s.%s is set in %s under the condition [includeIf %q], which dit does not judge; set it without one, or give the address itself as --remote=<address>",
		ErrBadRef, o.Section, o.Name, o.Key, o.File, o.Condition)
}
