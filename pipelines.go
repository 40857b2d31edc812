package main

import "github.com/GlobalFishingWatch/dit/workflows"

// The built-in pipelines, one a line: name, repository, what it is.
func (m *Dit) Pipelines() (string, error) {
	var text string
	for _, name := range workflows.Pipelines() {
		d, err := workflows.Builtin(name)
		if err != nil {
			return "", err
		}
		text += d.Name + "\t" + d.Repository + "\t" + d.Description + "\n"
	}
	return text, nil
}
