package compare

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
)

// TableCheck asks the program table-check instead of a statement of this package,
// and holds its answer against what it does not look at itself. See docs/compare.md.
type TableCheck struct {
	// Program is its name or path. Empty: table-check, found on PATH.
	Program string
	// Commit is what it was installed from, for the report. Empty: not known.
	Commit string
}

// Inputs compares as the function [Inputs] does. A nil result comes with an
// [*ArgumentError] for what table-check cannot do or where there is none, else with
// the error that it or the service gave.
func (t TableCheck) Inputs(ctx context.Context, client *bigquery.Client, left, right Input, o Options) (*Result, error) {
	if err := tableCheckCan(left, right, o); err != nil {
		return nil, err
	}
	if t.Program == "" {
		t.Program = "table-check"
	}
	if _, err := exec.LookPath(t.Program); err != nil {
		return nil, argument("the program %s is not installed here: install it, so that PATH finds it, or compare without it (%v)", t.Program, err)
	}
	p, err := prepare(ctx, client, left, right, o)
	if err != nil || p.settled {
		return p.result, err
	}
	args, err := tableCheckArgs(left.Table, right.Table, p.shape)
	if err != nil {
		return nil, err
	}
	f := findings{allowEmpty: o.AllowEmpty, unread: append(p.shape.unreadable, filtered(p.shape, p.left, p.right)...)}
	if len(f.unread) == 0 {
		if err := t.read(ctx, client, p, args, o, &f); err != nil {
			return nil, fmt.Errorf("compare %s with %s: %w", left, right, err)
		}
	}
	judge(p.result, f)
	return p.result, nil
}

// read looks where table-check does not, has it look, and notes in f what keeps its
// counts from being a proof.
func (t TableCheck) read(ctx context.Context, client *bigquery.Client, p prepared, args []string, o Options, f *findings) error {
	result, run := p.result, newRunner(client, o, p.left.meta.Location)
	sql, bases := keyStatement(p.shape, p.left, p.right), o.Bases
	if !p.left.stored() || !p.right.stored() {
		plan, err := run.plan(ctx, sql)
		if err != nil {
			return err
		}
		for _, table := range plan.read {
			bases = append(bases[:len(bases):len(bases)], Base{Table: table})
		}
	}
	watched, err := watch(ctx, client, []source{p.left, p.right}, bases)
	if err != nil {
		return err
	}
	a, err := run.brief(ctx, sql)
	if err != nil {
		return gone(ctx, client, watched, err, f)
	}
	result.Job = a.job
	if err := result.decodeKeys(a.row); err != nil {
		return fmt.Errorf("comparison job %s: %w", a.job.ID, err)
	}
	text, err := t.ask(ctx, args)
	if err != nil {
		return gone(ctx, client, watched, err, f)
	}
	report, err := readTableCheck(text)
	if err != nil {
		return err
	}
	if err := report.answers(p.left.table, p.right.table, p.shape); err != nil {
		return err
	}
	result.Notes = append(result.Notes, t.asked(args))
	result.tableCheck(report, p, f)
	torn, err := changed(ctx, client, watched, a)
	f.torn = append(torn, f.torn...)
	return err
}

// asked says for people what the verdict rests on.
func (t TableCheck) asked(args []string) string {
	who := t.Program
	if t.Commit != "" {
		who += " at commit " + t.Commit
	}
	return fmt.Sprintf("%s was asked: %s", who, strings.Join(args, " "))
}

// ask runs table-check and returns the JSON that it left. Its exit code says only
// whether it came to its end, not what it found.
func (t TableCheck) ask(ctx context.Context, args []string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "dit-table-check")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	answer := filepath.Join(dir, "answer.json")
	cmd := exec.CommandContext(ctx, t.Program, append(args, "--output-json="+answer)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	log, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s failed: %w, after\n%s", t.Program, err, lastLines(string(log), 15))
	}
	text, err := os.ReadFile(answer)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s ended without an answer, after\n%s", t.Program, lastLines(string(log), 15))
	}
	return text, err
}

func lastLines(log string, n int) string {
	lines := strings.Split(strings.TrimRight(log, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
