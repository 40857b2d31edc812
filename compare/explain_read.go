package compare

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cloud.google.com/go/bigquery"
)

// readExplanation reads the one row of the explanation of changed pairs, and others.
func readExplanation(row map[string]bigquery.Value, s shape, all []facet, changed int64) (*Explanation, error) {
	d := decoder{row: row}
	var e Explanation
	found, _ := row["found"].([]bigquery.Value)
	for i := range found {
		p, err := readPart(element[string](&d, "found", i))
		if err = errors.Join(d.err, err); err != nil {
			return nil, err
		}
		switch {
		case p.number == 0:
			e.Keys, e.Differing = p.keys, p.differing
		case p.number <= int64(len(all)):
			e.Dimensions = append(e.Dimensions, p.dimension(all[p.number-1]))
		case p.keys != changed:
			return nil, fmt.Errorf("%d pairs differ now, and differed %d before: the rows are not the same any more", p.keys, changed)
		default:
			e.Together, err = p.together(s)
			if err != nil {
				return nil, err
			}
		}
	}
	if e.Differing == 0 {
		return nil, errors.New("no row differs any more")
	}
	return &e, nil
}

// part is what came back for one part of the explanation.
type part struct {
	number, values, touched, keys, differing, touchedKeys int64
	from, to                                              string
	top                                                   []DimensionValue
}

// readPart is the inverse of summed.
func readPart(text string) (p part, err error) {
	c, err := parseCell(text)
	const fixed = 9
	if err != nil || len(c.parts) != fixed {
		return p, errors.Join(fmt.Errorf("%.80q is not what was asked for", text), err)
	}
	err = integers(c.parts, &p.number, &p.values, &p.touched, &p.keys, &p.differing, &p.touchedKeys)
	p.from, p.to = c.parts[6].text, c.parts[7].text
	for _, t := range c.parts[8].parts {
		var v DimensionValue
		if t.parts[0].shape != cellNull {
			v.Value = &t.parts[0].text
		}
		err = errors.Join(err, integers(t.parts[1:], &v.Differing, &v.Keys))
		if v.Differing > 0 {
			p.top = append(p.top, v)
		}
	}
	return p, err
}

// integers reads as many cells as it is given places for.
func integers(cells []cell, places ...*int64) error {
	for i, place := range places {
		n, err := strconv.ParseInt(cells[i].text, 10, 64)
		if err != nil {
			return err
		}
		*place = n
	}
	return nil
}

func (p part) dimension(f facet) Dimension {
	d := Dimension{Column: f.column.name(), By: "value", Values: p.values, Touched: p.touched, TouchedKeys: p.touchedKeys, Top: p.top}
	if f.day {
		d.By = byDay
	}
	if f.day && p.from != "" { // NULL came back as an empty text, which sorts first
		d.From, d.To = p.from, p.to
	}
	return d
}

func (p part) together(s shape) (all []Together, err error) {
	for _, v := range p.top {
		t := Together{Pairs: v.Differing}
		for _, number := range strings.Fields(*v.Value) {
			i, err := strconv.Atoi(number)
			if err != nil {
				return nil, err
			}
			t.Columns = append(t.Columns, s.columns[i].name())
		}
		all = append(all, t)
	}
	return all, nil
}
