package steps

import (
	"fmt"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// Version says whose code a version of the plan is. The names in JSON are those of the registry's columns where it has them.
type Version struct {
	Name   string `json:"name,omitempty"`
	Ref    string `json:"ref"`
	Commit string `json:"pipeline_commit"`
	Parent string `json:"pipeline_commit_parent,omitempty"`
	// Unreviewed as in [Environment]; true as well of a version that was not installed, since nobody asked.
	Unreviewed bool `json:"unreviewed_code"`
}

// versions are all of the plan, in its order.
func (r *Report) versions() (all []Version) {
	for _, b := range r.Plan.Bindings {
		e := r.Environments[b.Name]
		all = append(all, Version{b.Name, b.Ref, b.Commit, b.Parent, e.Unreviewed || e.Packages == ""})
	}
	return all
}

// unreviewed says which versions are of code that nobody need have read. Of the files of a directory, the ref ".", the plan's warnings say so
// with more.
func (r *Report) unreviewed() (all []string) {
	for _, b := range r.Plan.Bindings {
		if !r.Environments[b.Name].Unreviewed || b.Again != "" || b.Ref == "." {
			continue
		}
		name := ""
		if b.Name != "" {
			name = "binding " + b.Name + ": "
		}
		all = append(all, fmt.Sprintf("%sunreviewed code: commit %s is not known to be in the default branch of its repository", name, workflows.Short(b.Commit)))
	}
	return all
}
