package workflows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/bq/names"
)

var (
	slug       = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	python     = regexp.MustCompile(`^3\.\d{1,2}$`)
	exact      = regexp.MustCompile(`^\d+\.\d+\.\d+([a-z]+\d+)?$`)
)

// problems collects what is wrong with a descriptor.
type problems []string

func (p *problems) require(ok bool, format string, args ...any) {
	if !ok {
		*p = append(*p, fmt.Sprintf(format, args...))
	}
}

// check returns everything that is wrong with the descriptor, in the order of its fields.
func (d *Descriptor) check() []string {
	var p problems
	p.require(slug.MatchString(d.Name), "name %q: want a slug such as my-pipeline", d.Name)
	p.require(d.Repository != "", "repository is missing: a git URL")
	p.require(python.MatchString(d.Install.Python), "install.python %q: want a minor version such as \"3.11\" (in quotes)", d.Install.Python)
	p.require(d.Install.Beam == "" || exact.MatchString(d.Install.Beam), "install.beam %q: want an exact version such as 2.71.0", d.Install.Beam)
	p.require(d.Install.Lock != "" || len(d.Install.Constraints) > 0 || d.Install.Beam != "",
		"install pins nothing: give lock (a file in the repository), constraints or beam")
	p.require(d.Dates == HalfOpen || d.Dates == Inclusive, "dates %q: want half-open or inclusive", d.Dates)
	d.checkDefaults(&p)
	d.checkNames(&p)
	for _, x := range d.Params {
		known := slices.Contains([]ParamType{StringParam, IntParam, FloatParam, BoolParam, ListParam}, x.Type)
		p.require(known, "params %s: type %q: want string, int, float, bool or list", x.Name, x.Type)
		if _, err := x.canonical(x.Default); known && x.Default != "" && err != nil {
			p.require(false, "params %s: default: %v", x.Name, err)
		}
	}
	p.require(len(d.Sources) > 0, "sources is missing: the tables the pipeline reads")
	for _, s := range d.Sources {
		p.require(s.Sample == "" || s.Sample == "messages" || s.Sample == "segments", "sources %s: sample %q: want messages or segments", s.Name, s.Sample)
		if _, _, _, err := names.Split(s.Table); s.Table != "" && err != nil {
			p.require(false, "sources %s: %v", s.Name, err)
		}
		p.require(len(s.Columns) > 0, "sources %s: columns is missing", s.Name)
		checkSituations(&p, "sources "+s.Name, s.Situations)
		p.require(len(s.Situations) == 0 || s.TimeColumn != "", "sources %s: situations are counted in the range, which needs a time_column", s.Name)
		for _, x := range []struct{ field, name string }{{"time_column", s.TimeColumn}, {"vessel_column", s.VesselColumn}, {"id_column", s.IDColumn}} {
			p.require(x.name == "" || slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Name == x.name }),
				"sources %s: %s %q is not among its columns", s.Name, x.field, x.name)
		}
		p.require(slices.Contains([]string{"", "DATE", "DATETIME", "TIMESTAMP"}, s.timeType()), "sources %s: time_column %s is %s; want DATE, DATETIME or TIMESTAMP", s.Name, s.TimeColumn, s.timeType())
	}
	p.require(slices.ContainsFunc(d.Sources, func(s Source) bool { return s.TimeColumn != "" }),
		"no source has a time_column: dit could not tell a run over data from a run over nothing")
	p.require(len(d.Outputs) > 0, "outputs is missing: the tables the pipeline writes")
	for _, o := range d.Outputs {
		p.require(len(o.Keys) > 0, "outputs %s: keys is missing: the columns that identify a row", o.Name)
		for _, k := range o.Keys {
			p.require(!slices.Contains(o.Ignore, k), "outputs %s: key %s is also ignored", o.Name, k)
		}
		checkSituations(&p, "outputs "+o.Name, o.Situations)
		for column, t := range o.Tolerances {
			p.require(t.Absolute >= 0 && t.Relative >= 0 && (t.Absolute > 0 || t.Relative > 0),
				"outputs %s: tolerance of %s: want absolute or relative above 0", o.Name, column)
		}
	}
	d.checkSteps(&p)
	return p
}

func checkSituations(p *problems, of string, all []Situation) {
	seen := map[string]bool{}
	for _, s := range all {
		p.require(s.Name != "" && !seen[s.Name], "%s: situations: name %q: want a text that no other has", of, s.Name)
		p.require(strings.TrimSpace(s.Where) != "", "%s: situation %s: where is missing: a SQL condition", of, s.Name)
		p.require(s.Min >= 0, "%s: situation %s: min %d: want 1 or more, or leave it out", of, s.Name, s.Min)
		seen[s.Name] = true
	}
}

func (d *Descriptor) checkDefaults(p *problems) {
	r := Range{d.Defaults.Start, d.Defaults.End}
	p.require(r.Start.IsValid() && r.End.IsValid(), "defaults.start and defaults.end are missing: dates such as 2024-01-01")
	p.require(len(d.Defaults.Modes) > 0, "defaults.modes is missing: some of %s", strings.Join(Modes(), ", "))
	if r.Start.IsValid() && r.End.IsValid() && len(d.Defaults.Modes) > 0 {
		_, err := phasesOf(d, r, d.Defaults.TailDays, d.Defaults.BackfillDays, d.Defaults.Modes)
		p.require(err == nil, "defaults: %v", err)
		if d.Defaults.OutageStart.IsValid() || d.Defaults.OutageEnd.IsValid() {
			o, err := Outage{}.withDefaults(d)
			if err == nil {
				_, err = o.histories(r)
			}
			p.require(err == nil, "defaults: %v", err)
		}
	}
}

// checkNames refuses names that could not be used in a template, and names used twice.
func (d *Descriptor) checkNames(p *problems) {
	groups := map[string][]string{}
	for _, x := range d.Params {
		groups["params"] = append(groups["params"], x.Name)
	}
	for _, x := range d.Sources {
		groups["sources"] = append(groups["sources"], x.Name)
	}
	for _, x := range d.Outputs {
		groups["outputs"] = append(groups["outputs"], x.Name)
	}
	for _, x := range d.Steps {
		groups["steps"] = append(groups["steps"], x.Name)
	}
	for _, group := range []string{"params", "sources", "outputs", "steps"} {
		seen := map[string]bool{}
		for _, name := range groups[group] {
			p.require(identifier.MatchString(name), "%s: name %q: want letters, digits and underscores", group, name)
			p.require(!seen[name], "%s: the name %s is used twice", group, name)
			seen[name] = true
		}
	}
}

// checkSteps expands every template once, with a value behind each name, so that a misspelt variable is found when the
// descriptor is read and not in the middle of a run.
func (d *Descriptor) checkSteps(p *problems) {
	p.require(len(d.Steps) > 0, "steps is missing: the command lines of one invocation")
	probe := Invocation{Start: "s", End: "e", Project: "p", Dataset: "d", TempDataset: "t", TempLocation: "g",
		JobName: "j", Source: map[string]string{}, Output: map[string]string{}, Param: map[string]string{}}
	for _, s := range d.Sources {
		probe.Source[s.Name] = "p.d." + s.Name
	}
	for _, o := range d.Outputs {
		probe.Output[o.Name] = "p.d." + o.Name
	}
	for _, x := range d.Params {
		probe.Param[x.Name] = "v"
	}
	for _, s := range d.Steps {
		for _, runner := range []string{DirectRunner, DataflowRunner} {
			if _, err := s.Expand(probe, runner); err != nil {
				p.require(false, "steps: %v", err)
				break
			}
		}
	}
	if d.Mutation != nil {
		p.require(probe.Source[d.Mutation.Source] != "", "mutation.source %q is not one of the sources", d.Mutation.Source)
		p.require(strings.TrimSpace(d.Mutation.Where) != "", "mutation.where is missing: a SQL predicate")
	}
}
