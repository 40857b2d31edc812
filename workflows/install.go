package workflows

import (
	"fmt"
	"slices"
	"strings"
)

// InstallChanges are what one call installs otherwise than the descriptor says; the zero value changes nothing. They count as the
// descriptor's own, so a run with other ones is another run to the cache.
type InstallChanges struct {
	// Python is a minor version, such as "3.13".
	Python string
	// Beam is an exact version, such as "2.72.0". It must come out of the installation: a lock or a package that asks for another fails it.
	Beam string
	// FullDeps resolves all that the package asks for anew, and leaves its lock aside.
	FullDeps bool
	// Constraints are requirements, one each, beside those of the descriptor; see [ParseConstraints].
	Constraints []string
}

// Installed is the descriptor with the changes; d stays as it is. Errors name the flags of the call, and how to write them: versions that
// are none, constraints that are options of an installer, and FullDeps without a lock to be left aside.
func (d *Descriptor) Installed(c InstallChanges) (*Descriptor, error) {
	var p problems
	p.require(c.Python == "" || python.MatchString(c.Python), "--python %q: want a minor version such as 3.11", c.Python)
	p.require(c.Beam == "" || exact.MatchString(c.Beam), "--beam %q: want an exact version such as 2.71.0", c.Beam)
	p.require(!c.FullDeps || d.Install.Lock != "", "--full-deps: pipeline %s has no lock file, so all its dependencies are resolved already; leave it out", d.Name)
	for _, line := range c.Constraints {
		p.require(!strings.HasPrefix(line, "-"), "--constraints: %q is an option of the installer; write requirements only, such as numpy<2", line)
	}
	if len(p) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(p, "; "))
	}
	changed := *d
	changed.changes = c
	in := &changed.Install
	if c.Python != "" {
		in.Python = c.Python
	}
	if c.Beam != "" {
		in.Beam = c.Beam
	}
	if c.FullDeps {
		in.Lock = ""
	}
	in.Constraints = slices.Concat(in.Constraints, c.Constraints)
	return &changed, nil
}

// ParseConstraints reads a file of constraints, as pip and uv take it: a requirement a line, # begins a comment. It refuses a file without any.
func ParseConstraints(file string, text []byte) (constraints []string, err error) {
	for line := range strings.Lines(string(text)) {
		line = " " + strings.TrimSpace(line)
		if line, _, _ = strings.Cut(line, " #"); strings.TrimSpace(line) != "" {
			constraints = append(constraints, strings.TrimSpace(line))
		}
	}
	if len(constraints) == 0 {
		return nil, fmt.Errorf("--constraints: no constraint is in %s; write a requirement a line, such as numpy<2", file)
	}
	return constraints, nil
}

// flags are how a call makes the changes; the constraints are in a file of the caller's own.
func (c InstallChanges) flags() (words []string) {
	if c.Python != "" {
		words = append(words, "--python="+c.Python)
	}
	if c.Beam != "" {
		words = append(words, "--beam="+c.Beam)
	}
	if c.FullDeps {
		words = append(words, "--full-deps")
	}
	if len(c.Constraints) > 0 {
		words = append(words, "--constraints=CONSTRAINTS.txt")
	}
	return words
}

// String is the environment in a few words, such as "Python 3.11, Beam 2.71.0, requirements.lock".
func (in Install) String() string {
	words := []string{"Python " + in.Python}
	if in.Beam != "" {
		words = append(words, "Beam "+in.Beam)
	}
	if in.Lock != "" {
		words = append(words, in.Lock)
	}
	return strings.Join(append(words, in.Constraints...), ", ")
}
