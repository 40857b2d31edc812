package workflows

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// command is the line that asks the same question again, whatever branches and defaults have become by then: with the commit for
// the ref, and every argument that has a default. What only the caller has is not in it: credentials, and what is under NAME.yaml,
// EXPECTED.yaml, CONSTRAINTS.txt and DIRECTORY, which stand for files and a repository of the caller's own. Files that were run as they are have no
// commit: for them it is the files of DIRECTORY, whatever they have become.
func (r *Request) command(workflow, repository string) string {
	d := r.Pipeline
	words := append([]string{"dagger", "call", "--project=" + r.Project}, r.settings...)
	add := func(flag string, value any) { words = append(words, fmt.Sprintf("--%s=%v", flag, value)) }
	given := func(flag, value string) {
		if value != "" {
			add(flag, value)
		}
	}
	if o := r.Dataflow; o != nil {
		add("region", o.Region)
		add("temp-location", o.TempLocation)
		given("staging-location", o.StagingLocation)
		given("service-account", o.ServiceAccount)
		given("subnetwork", o.Subnetwork)
		given("machine-type", o.MachineType)
		if o.MaxWorkers > 0 {
			add("max-workers", o.MaxWorkers)
		}
		given("job-timeout", o.JobTimeout)
		given("stuck-after", o.StuckAfter)
		if o.CancelStuck {
			add("cancel-stuck", true)
		}
	}
	words = append(words, d.changes.flags()...)
	words = append(words, called(workflow)...)
	if builtIn(d) {
		add("pipeline", d.Name)
	} else {
		add("descriptor", "NAME.yaml")
	}
	for _, b := range r.Bindings {
		switch {
		case b.Name == "":
			add("ref", b.repeated())
		case b.Again != "":
			add("aa", b.Again)
		default:
			add("binding", b.Name+"="+b.repeated())
		}
	}
	switch repository {
	case d.Repository:
	case "directory": // what the caller's own is called, since its path says nothing
		add("repo", "DIRECTORY")
	default:
		add("repo-url", repository)
	}
	if slices.ContainsFunc(r.Bindings, func(b Binding) bool { return strings.HasPrefix(b.Commit, FilesPrefix) }) {
		words = append(words, "--without-snapshot", "--cache=off")
	}
	add("runner", r.Runner)
	for _, b := range r.Bindings {
		switch {
		case b.Name == "":
			given("worker-image", b.WorkerImage)
		case b.Again == "" && b.WorkerImage != "":
			add("binding-worker-image", b.Name+"="+b.WorkerImage)
		}
	}
	add("start", r.Range.Start)
	add("end", r.Range.End)
	if o := r.Outage; o != nil {
		add("outage-start", o.Start)
		add("outage-end", o.End)
		add("recovery-buffer-days", o.BufferDays)
		add("synthetic-outage", o.Synthetic)
	} else {
		add("tail-days", r.TailDays)
		add("backfill-days", r.BackfillDays)
		var modes []string
		for _, m := range r.modes {
			modes = append(modes, m.Mode)
		}
		add("modes", strings.Join(modes, ","))
	}
	for _, p := range d.Params {
		if v := r.Params[p.Name]; v != "" || p.Default != "" {
			add("param", listItem(p.Name+"="+v))
		}
	}
	for _, s := range d.Sources {
		if table := r.Sources[s.Name]; table != "" {
			add("source", listItem(s.Name+"="+table))
		}
	}
	given("pin-source-at", r.PinAt)
	if r.FailOnDiff {
		add("fail-on-diff", true)
	}
	if r.Expect != nil {
		add("expect", "EXPECTED.yaml")
	}
	if r.RequireEvidence {
		add("require-evidence", true)
	}
	for _, m := range r.Mutations {
		add("mutation", listItem(m.String()))
	}
	if r.MaterialiseMutations {
		add("materialise-mutations", true)
	}
	add("dest-dataset", r.DestDataset)
	for i, w := range words {
		words[i] = shellQuote(w)
	}
	return strings.Join(words, " ")
}

// builtIn tells whether dit carries this very descriptor with it: a file of the caller's own may have the same name.
func builtIn(d *Descriptor) bool {
	if !slices.Contains(Pipelines(), d.Name) {
		return false
	}
	known, err := Builtin(d.Name)
	if err == nil {
		known, err = known.Installed(d.changes)
	}
	return err == nil && Digest(known) == Digest(d)
}

// listItem writes a value for a flag that takes a list. Dagger reads those as a line of CSV, so a comma in a value would end it.
func listItem(value string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write([]string{value}); err != nil {
		panic(err) // into memory
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellQuote writes a word so that a POSIX shell reads it back as it is.
func shellQuote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
