package workflows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxMutations bounds a chain: its proof reads the source once for each.
const maxMutations = 16

// resolveMutations reads the texts and finds the source of each.
func resolveMutations(d *Descriptor, texts []string) ([]Mutation, error) {
	if len(texts) > maxMutations {
		return nil, fmt.Errorf("%d mutations; want at most %d", len(texts), maxMutations)
	}
	var all []Mutation
	for _, text := range texts {
		m, err := ParseMutation(text)
		if err == nil {
			m, err = m.On(d)
		}
		if err != nil {
			return nil, fmt.Errorf("--mutation %q: %w", text, err)
		}
		all = append(all, m)
	}
	return all, nil
}

// MutationsOf are those of one source, in order.
func (p *Plan) MutationsOf(source string) []Mutation {
	return slices.DeleteFunc(slices.Clone(p.Mutations), func(m Mutation) bool { return m.Source != source })
}

// On gives the mutation with its source among the descriptor's. A source that lacks what the mutation needs is an error that says
// what to write; so is a source left out when more than one would do.
func (m Mutation) On(d *Descriptor) (Mutation, error) {
	var fit []Source
	var names, why []string
	for _, s := range d.Sources {
		names = append(names, s.Name)
		if m.Source != "" && m.Source != s.Name {
			continue
		}
		if err := m.fits(s); err != nil {
			why = append(why, err.Error())
		} else {
			fit = append(fit, s)
		}
	}
	switch {
	case m.Source != "" && !slices.Contains(names, m.Source):
		return m, fmt.Errorf("unknown source %q; this pipeline reads %s", m.Source, strings.Join(names, ", "))
	case len(fit) == 0:
		return m, errors.New(strings.Join(why, "; "))
	case len(fit) > 1:
		return m, fmt.Errorf("which source is meant? Write source=%s or source=%s", fit[0].Name, fit[1].Name)
	}
	m.Source, m.Settings = fit[0].Name, maps.Clone(m.Settings)
	if c := m.column(fit[0]); c != nil {
		m.Settings["column"] = c.Name
	}
	return m, nil
}

// fits says what the source lacks.
func (m Mutation) fits(s Source) error {
	timed := m.Name == shiftTimestamps || m.Name == lateMessages || m.Settings["from"] != "" || m.Settings["to"] != ""
	switch {
	case m.Name == restrictVessels && s.VesselColumn == "":
		return fmt.Errorf("%s needs to know which column of source %s names the vessel; write vessel_column: NAME there in the descriptor, and the column under columns", m.Name, s.Name)
	case timed && s.TimeColumn == "":
		return fmt.Errorf("%s needs to know which column of source %s is its time; write time_column: NAME there in the descriptor, and the column under columns", m, s.Name)
	case timed && s.timeType() != "TIMESTAMP":
		return fmt.Errorf("%s needs a time of type TIMESTAMP, and column %s of source %s is %s", m.Name, s.TimeColumn, s.Name, s.timeType())
	}
	if m.Settings["column"] == "" {
		return nil
	}
	c := m.column(s)
	if c == nil {
		return fmt.Errorf("source %s declares no column %s; write {name: %s, type: BOOL} under its columns in the descriptor", s.Name, m.Settings["column"], m.Settings["column"])
	}
	if t := strings.ToUpper(c.Type); t != "BOOL" && t != "BOOLEAN" {
		return fmt.Errorf("column %s of source %s is %s; %s sets flags, which are BOOL", c.Name, s.Name, c.Type, m.Name)
	}
	return nil
}

// Spelled gives the source with its columns in the spelling of the table. BigQuery finds a column in any case, but the rows that a mutation makes, and
// the texts by which rows are told apart, have the spelling of the statement.
func (s Source) Spelled(columns []string) Source {
	spelled := func(name string) string {
		if i := slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, name) }); i >= 0 {
			return columns[i]
		}
		return name
	}
	s.TimeColumn, s.VesselColumn, s.IDColumn, s.Columns = spelled(s.TimeColumn), spelled(s.VesselColumn), spelled(s.IDColumn), slices.Clone(s.Columns)
	for i := range s.Columns {
		s.Columns[i].Name = spelled(s.Columns[i].Name)
	}
	return s
}

// column is the one that the mutation sets; nil for none.
func (m Mutation) column(s Source) *Column {
	i := slices.IndexFunc(s.Columns, func(c Column) bool { return strings.EqualFold(c.Name, m.Settings["column"]) })
	if i < 0 {
		return nil
	}
	return &s.Columns[i]
}
