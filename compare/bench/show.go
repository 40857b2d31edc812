package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

const layout = "%-9s%-15s%-11s%9s%9s%7s%12s%7s%8s  %s\n"

func header(w io.Writer) {
	fmt.Fprint(w, `WALL is the best of up to three runs, FETCH the part of it in which rows were fetched, X DIT the wall time as a multiple of dit's.
READS is how often the statements name each table, JOINED how often they read the table that was made of both.

`)
	fmt.Fprintf(w, layout, "ROWS", "TABLES", "METHOD", "WALL", "FETCH", "X DIT", "STATEMENTS", "READS", "JOINED", "FOUND")
}

// show writes a line for each method. The first is dit.
func show(w io.Writer, rows int, tables string, all []taken) {
	for i, t := range all {
		wall, fetch, ratio := fmt.Sprintf("%.2f s", t.wall.Seconds()), "", ""
		if t.fetch > 0 {
			fetch = fmt.Sprintf("%.2f s", t.fetch.Seconds())
		}
		if all[0].err == nil {
			ratio = fmt.Sprintf("%.1f", t.wall.Seconds()/all[0].wall.Seconds())
		}
		said := fmt.Sprintf("%s, %d rows changed", t.verdict, t.changed)
		switch {
		case errors.Is(t.err, context.DeadlineExceeded):
			wall, ratio, said = "", "", fmt.Sprintf("stopped after %v", limit)
		case t.err != nil:
			wall, ratio, said = "", "", "failed: "+strings.Join(strings.Fields(t.err.Error()), " ")
		}
		name := []string{"dit", "join", "datacompy"}[i]
		fmt.Fprintf(w, layout, fmt.Sprint(rows), tables, name, wall, fetch, ratio, fmt.Sprint(t.statements), fmt.Sprint(t.reads), fmt.Sprint(t.joined), said)
	}
}
