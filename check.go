package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// The sample pipeline's own tests, at main.
// +check
// +cache="session"
func (m *Dit) TestSample(ctx context.Context) (string, error) {
	d, err := workflows.Builtin("sample-gaps")
	if err != nil {
		return "", err
	}
	r, err := m.repository(d, nil, "")
	if err != nil {
		return "", err
	}
	commit, err := m.resolve(ctx, r, "main")
	if err != nil {
		return "", err
	}
	c, err := install(ctx, d, m.tree(r, commit))
	if err != nil {
		return "", err
	}
	return c.WithExec([]string{"uv", "pip", "install", "-q", "pytest==8.4.2"}).
		WithExec([]string{"python", "-m", "pytest", "-q", "tests"}).Stdout(ctx)
}
