package gitref

import (
	"fmt"
	"slices"
	"strings"
)

// remotes are the names of the remotes that have an address, sorted.
func (s settings) remotes() ([]string, error) {
	var names []string
	for _, o := range s {
		if o.section != "remote" || o.name == "" || o.key != "url" && o.key != "pushurl" {
			continue
		}
		if o.condition != "" {
			return nil, o.undecided()
		}
		if o.key == "url" {
			names = append(names, o.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// addresses are where the remote is fetched from, and where it is pushed to if that was said apart.
func (s settings) addresses(name string) (fetch, push []string, err error) {
	var urls, pushed []string
	for _, o := range s {
		if o.section != "remote" || o.name != name {
			continue
		}
		list := map[string]*[]string{"url": &urls, "pushurl": &pushed}[o.key]
		switch {
		case list == nil:
		case o.value == "":
			*list = nil // as git has it, an empty one takes those before it back
		default:
			*list = append(*list, o.value)
		}
	}
	for _, url := range pushed {
		if url, _, err = s.rewritten(url, "insteadof"); err != nil {
			return nil, nil, err
		}
		push = append(push, url)
	}
	for _, url := range urls {
		if len(pushed) == 0 { // git rewrites what was said apart with insteadOf alone
			other, changed, err := s.rewritten(url, "pushinsteadof")
			if err != nil {
				return nil, nil, err
			}
			if changed {
				push = append(push, other)
			}
		}
		if url, _, err = s.rewritten(url, "insteadof"); err != nil {
			return nil, nil, err
		}
		fetch = append(fetch, url)
	}
	return fetch, push, nil
}

// rewritten puts a base in the place of the longest beginning that it stands for; of two as long, that of the base which was named first.
func (s settings) rewritten(url, key string) (to string, changed bool, err error) {
	var bases []string
	best := map[string]string{} // of each base
	for _, o := range s {
		if o.section != "url" || o.name == "" || o.key != key {
			continue
		}
		if !slices.Contains(bases, o.name) {
			bases = append(bases, o.name)
		}
		if !strings.HasPrefix(url, o.value) {
			continue
		}
		if o.condition != "" {
			return "", false, o.undecided()
		}
		if from, ok := best[o.name]; !ok || len(o.value) > len(from) {
			best[o.name] = o.value
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
func (o option) undecided() error {
	return fmt.Errorf("git's settings are %w: %s.%s.%s is set in %s under the condition [includeIf %q], which dit does not judge; set it without one, or give the address itself as --remote=<address>",
		ErrBadRef, o.section, o.name, o.key, o.file, o.condition)
}
