//go:build sandbox

package steps

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/cache"
)

// meddled is a registry in which something happens when a recording is to become active.
type meddled struct {
	*cache.Memory
	promote func(context.Context, cache.Golden) (bool, error)
}

func (m meddled) Promote(ctx context.Context, g cache.Golden) (bool, error) { return m.promote(ctx, g) }

// A recording that does not become active leaves nothing; one that did, though nobody heard of it, is as good as any.
func TestKeepPromotion(t *testing.T) {
	v := newVault(t, plain)
	tables, outcome := v.run("a", 9)
	lost := errors.New("no answer")
	for name, c := range map[string]struct {
		promote func(*cache.Memory) func(context.Context, cache.Golden) (bool, error)
		status  cache.GoldenStatus
		says    string
	}{
		"retired meanwhile": {func(m *cache.Memory) func(context.Context, cache.Golden) (bool, error) {
			return func(ctx context.Context, g cache.Golden) (bool, error) {
				if _, err := m.Retire(ctx, g.ID, cache.GoldenRecording); err != nil {
					return false, err
				}
				return m.Promote(ctx, g)
			}
		}, cache.GoldenRetired, "it was retired while it was made"},
		"not done": {func(*cache.Memory) func(context.Context, cache.Golden) (bool, error) {
			return func(context.Context, cache.Golden) (bool, error) { return false, lost }
		}, cache.GoldenRetired, "no answer"},
		"done, and the answer is lost": {func(m *cache.Memory) func(context.Context, cache.Golden) (bool, error) {
			return func(ctx context.Context, g cache.Golden) (bool, error) {
				if ok, err := m.Promote(ctx, g); !ok || err != nil {
					t.Error(ok, err)
				}
				return false, lost
			}
		}, cache.GoldenActive, ""},
	} {
		t.Run(name, func(t *testing.T) {
			reg, plan := &cache.Memory{}, v.plan()
			g, err := Keeper{plan, vaultSources(), v.client, meddled{reg, c.promote(reg)}, io.Discard}.Keep(t.Context(), "keep-bf", tables, outcome)
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v, want %q", err, c.says)
			}
			all, listed := reg.Goldens(t.Context(), cache.GoldenFilter{ID: plan.RunID})
			if listed != nil || len(all) != 1 || all[0].Status != c.status {
				t.Fatalf("%+v, %v", all, listed)
			}
			kept := 0
			for _, table := range v.golden() {
				if strings.Contains(table, plan.RunID) {
					kept++
				}
			}
			if active := c.status == cache.GoldenActive; active != (kept == 1) || active != (g != nil) || active == !all[0].DroppedAt.IsZero() {
				t.Errorf("%d tables are there of %+v", kept, all[0])
			}
		})
	}
}
