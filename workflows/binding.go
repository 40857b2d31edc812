package workflows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Binding is one version of the pipeline: a name for it, and the ref that it is at.
type Binding struct {
	// Name is empty in a workflow that has but one version.
	Name string `json:"name,omitempty"`
	// Ref is what was asked for, Commit what it meant when the call began: 40 digits, or the digest of files that are run as they are.
	Ref    string `json:"ref"`
	Commit string `json:"commit"`
	// Parent is the commit over which a snapshot of uncommitted work was taken; empty for any other commit.
	Parent string `json:"parent,omitempty"`
	// WorkerImage is what Dataflow's workers run for this version; empty for what Beam or the sandbox chooses.
	WorkerImage string `json:"worker_image,omitempty"`
	// Again is the name of the version that this one is a second run of, and empty for any other. The run cache keeps the two apart.
	Again string `json:"again,omitempty"`
}

// Said is the version for a person: its name, its ref, and the beginning of its commit.
func (b Binding) Said() string {
	text := fmt.Sprintf("%s (%s)", b.Ref, Short(b.Commit))
	if b.Name != "" {
		text = b.Name + "=" + text
	}
	return text
}

// run is the name of what this version does under the name of a mode or a segment.
func (b Binding) run(name string) string {
	if b.Name == "" {
		return name
	}
	return b.Name + "-" + name
}

// again ends the name of the second run of a version.
const again = "-again"

var bindingName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// longestName keeps the names of jobs and tables below what Dataflow and BigQuery allow.
const longestName = 16

// ImageDigest is what stands for an image whatever it is called: what follows the "@" of its name.
func ImageDigest(image string) string {
	_, digest, _ := strings.Cut(image, "@")
	return digest
}

// onlyNoise tells of a version and its own second run, and no other.
func onlyNoise(all []Binding) bool { return len(all) == 2 && all[1].Again != "" }

// parseBindings reads the versions to be run: "name=ref" each, and "name=image" for those whose workers have an image of their own. One
// that is named as twice is run again under another name, right after itself.
func parseBindings(settings, images []string, twice string) ([]Binding, error) {
	var all []Binding
	for _, s := range settings {
		name, ref, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--binding %q has no '='; write --binding name=ref, such as --binding=before=main", s)
		}
		if !bindingName.MatchString(name) || len(name) > longestName || strings.HasSuffix(name, again) {
			return nil, fmt.Errorf("binding %q: want lower-case letters, digits and hyphens, first a letter, at most %d, not ending in %q, such as before", name, longestName, again)
		}
		if slices.ContainsFunc(all, func(b Binding) bool { return b.Name == name }) {
			return nil, fmt.Errorf("binding %s is given twice; each version needs a name of its own", name)
		}
		if err := checkRef("--binding="+name, ref); err != nil {
			return nil, fmt.Errorf("binding %s: %w", name, err)
		}
		all = append(all, Binding{Name: name, Ref: ref})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no version is given; write --binding before=main --binding after=my-branch")
	}
	find := func(flag, name string) (int, error) {
		i := slices.IndexFunc(all, func(b Binding) bool { return b.Name == name })
		if i < 0 {
			var names []string
			for _, b := range all {
				names = append(names, b.Name)
			}
			return i, fmt.Errorf("--%s: there is no binding %q; bindings are %s", flag, name, strings.Join(names, ", "))
		}
		return i, nil
	}
	for _, s := range images {
		name, image, ok := strings.Cut(s, "=")
		if !ok || image == "" {
			return nil, fmt.Errorf("--binding-worker-image %q: write name=image", s)
		}
		i, err := find("binding-worker-image", name)
		if err != nil {
			return nil, err
		}
		if all[i].WorkerImage != "" {
			return nil, fmt.Errorf("--binding-worker-image: binding %s has two images", name)
		}
		all[i].WorkerImage = image
	}
	if twice != "" {
		i, err := find("aa", twice)
		if err != nil {
			return nil, err
		}
		second := all[i]
		second.Name, second.Again = twice+again, twice
		all = slices.Insert(all, i+1, second)
	}
	if len(all) == 1 {
		return nil, fmt.Errorf("one version is given, and nothing to compare it with; give another --binding, or --aa=%s for its noise", all[0].Name)
	}
	return all, nil
}

// checkRef refuses what cannot be a ref; what it means is for the repository to tell.
func checkRef(flag, ref string) error {
	if strings.TrimSpace(ref) == "" || strings.HasPrefix(ref, "-") {
		return fmt.Errorf("ref %q is not one; give a branch, a tag or a commit, such as %s=main", ref, flag)
	}
	return nil
}

// At fills in what the refs of the versions meant, a commit for each in their order, and gives the request back.
func (r *Request) At(commits ...string) *Request {
	for i, commit := range commits {
		r.Bindings[i].Commit = commit
	}
	return r
}

// Binding returns the version of that name, or nil. The empty name is that of the only version there is.
func (p *Plan) Binding(name string) *Binding {
	for i := range p.Bindings {
		if p.Bindings[i].Name == name {
			return &p.Bindings[i]
		}
	}
	return nil
}

// Versions are all versions for a person, on one line.
func (p *Plan) Versions() string {
	var all []string
	for _, b := range p.Bindings {
		if b.Again == "" {
			all = append(all, b.Said())
		}
	}
	return strings.Join(all, ", ")
}
