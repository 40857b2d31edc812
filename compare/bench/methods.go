package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"time"

	"github.com/GlobalFishingWatch/dit/compare"
)

// dit compares as the command and the workflows do.
func (b bench) dit(ctx context.Context, right compare.Table) (found, error) {
	r, err := compare.Tables(ctx, b.client, original, right, compare.Options{Keys: []string{"id"}})
	if err != nil {
		return found{}, err
	}
	return found{verdict: r.Verdict, changed: int(r.Rows.Changed)}, nil
}

//go:embed fetch.py
var fetch string

// datacompy fetches the rows by the Storage Read API, which is the fastest way, and
// compares them in memory. That its interpreter starts is not counted.
func (b bench) datacompy(ctx context.Context, right compare.Table) (found, error) {
	start := time.Now()
	text, err := exec.CommandContext(ctx, b.python, "-c", fetch, "http://"+b.wire.address, b.wire.engine, original.String(), right.String()).Output()
	if failed, ok := err.(*exec.ExitError); ok && ctx.Err() == nil {
		err = fmt.Errorf("%w: %s", err, failed.Stderr)
	}
	if err != nil {
		return found{}, err
	}
	var said struct {
		Equal          bool
		Changed        int
		Fetch, Compare float64
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return found{}, fmt.Errorf("%w: %s", err, text)
	}
	f := found{verdict: compare.Different, changed: said.Changed, fetch: seconds(said.Fetch)}
	if said.Equal {
		f.verdict = compare.Identical
	}
	f.idle = time.Since(start) - f.fetch - seconds(said.Compare)
	return f, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
