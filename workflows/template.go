package workflows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"
)

// Arg is one item of a command line: a group of templates that stand or fall together.
type Arg []string

// UnmarshalYAML takes a single template or a list of them.
func (a *Arg) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode((*[]string)(a))
	}
	var one string
	if err := node.Decode(&one); err != nil {
		return err
	}
	*a = Arg{one}
	return nil
}

// Invocation is what the templates of a command line may refer to.
type Invocation struct {
	// Start and End are the range as the pipeline's date convention writes it.
	Start, End string
	// Source, Output and Param are keyed by the names the descriptor gives them; tables are "project.dataset.table".
	Source, Output, Param map[string]string
	// Project runs (and pays for) the jobs; Dataset is where outputs go.
	Project, Dataset string
	// TempDataset and TempLocation are where Beam may keep temporary tables ("dataset") and objects ("gs://…").
	TempDataset, TempLocation string
	// JobName is unique to this phase of this run.
	JobName string
}

// Expand writes the command line for one invocation by that kind of runner. A reference to a name that does not exist is an error.
func (c Command) Expand(in Invocation, runner string) ([]string, error) {
	args := c.Args
	switch {
	case c.Beam != nil && runner == DirectRunner:
		args = slices.Concat(args, c.Beam.Direct)
	case c.Beam != nil && runner == DataflowRunner:
		args = slices.Concat(args, c.Beam.Dataflow, c.Beam.NoWait)
	}
	var line []string
	for _, group := range args {
		var words []string
		for _, text := range group {
			word, err := expand(text, in)
			if err != nil {
				return nil, fmt.Errorf("step %s: argument %q: %w", c.Name, text, err)
			}
			if word == "" {
				words = nil
				break
			}
			words = append(words, word)
		}
		line = append(line, words...)
	}
	if len(line) == 0 {
		return nil, fmt.Errorf("step %s: the command line is empty", c.Name)
	}
	return line, nil
}

func expand(text string, in Invocation) (string, error) {
	t, err := template.New("arg").Option("missingkey=error").Parse(text)
	if err != nil {
		return "", trimTemplateError(err, in)
	}
	var b strings.Builder
	if err := t.Execute(&b, in); err != nil {
		return "", trimTemplateError(err, in)
	}
	return b.String(), nil
}

// trimTemplateError keeps what a descriptor's author needs of text/template's message and adds the names that exist.
func trimTemplateError(err error, in Invocation) error {
	message := err.Error()
	if _, after, ok := strings.Cut(message, "at <"); ok {
		message = "<" + after
	}
	return fmt.Errorf("%s; variables are .Start .End .Project .Dataset .TempDataset .TempLocation .JobName%s%s%s",
		message, listed(" .Source.", in.Source), listed(" .Output.", in.Output), listed(" .Param.", in.Param))
}

func listed(prefix string, m map[string]string) string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b.WriteString(prefix + k)
	}
	return b.String()
}

// Invocation fills in what the templates may refer to, for one phase of this plan.
func (p *Plan) Invocation(phase Phase, sources, outputs map[string]string, tempLocation, jobName string) Invocation {
	in := Invocation{Source: sources, Output: outputs, Param: p.Params, Project: p.Project, Dataset: p.Dataset,
		TempDataset: p.Dataset, TempLocation: tempLocation, JobName: jobName}
	in.Start, in.End = phase.forPipeline(p.Descriptor.Dates)
	return in
}
