package steps

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/GlobalFishingWatch/dit/bq"
)

// spoiled says why nobody can name what the tables of the run were made of: a source changed while the run read it, or while the one ran
// that it starts from. Empty when that can be named.
func (r Runner) spoiled(ctx context.Context, run string) (string, error) {
	if r.From != nil && r.From.Moved != "" {
		return r.From.Moved, nil
	}
	moved, err := r.moved(ctx)
	if moved != "" {
		moved += " while " + run + " ran"
	}
	return moved, err
}

// moved names a source that is not what the key says any more; empty when all are.
func (r Runner) moved(ctx context.Context) (string, error) {
	for _, name := range slices.Sorted(maps.Keys(r.Sources.Tables)) {
		source := r.Sources.Tables[name].base()
		if source.Identity == "" {
			continue
		}
		meta, err := source.Table.Of(r.Client).Metadata(ctx)
		if err != nil {
			return "", fmt.Errorf("looking at source %s again: %w", name, bq.Classify(err))
		}
		now, _, err := identify(ctx, r.Client, source.Table, meta)
		if err != nil {
			return "", err
		}
		if now != source.Identity {
			return fmt.Sprintf("source %s (%s) changed", name, source.Table), nil
		}
	}
	return "", nil
}
