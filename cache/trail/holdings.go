package trail

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/names"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
)

// Holding is a table, view or snapshot as it is now.
type Holding struct {
	Table   bq.Table
	Kind    string
	Version bq.Version
	// Pin is what it is the pinned source of; zero for anything else.
	Pin bq.Past
}

// Holdings tell what there is. Their text is the name of the whole.
type Holdings interface {
	fmt.Stringer
	// Tables are all there are, in any order.
	Tables(context.Context) ([]Holding, error)
	// Fingerprint reads a table and gives what stands for its rows; see [compare.FingerprintOf].
	Fingerprint(context.Context, bq.Table) (string, error)
}

// ErrNoDataset says that the dataset has no usable name, or does not exist: a wrong argument, not a failure.
var ErrNoDataset = errors.New("no such dataset")

// Dataset is one of BigQuery.
type Dataset struct {
	client        *bigquery.Client
	project, name string
}

// OpenDataset takes "dataset" or "project.dataset"; without a project it is the client's. It asks nothing yet.
func OpenDataset(client *bigquery.Client, dataset string) (Dataset, error) {
	project, name, err := names.SplitDataset(dataset)
	if err != nil {
		return Dataset{}, fmt.Errorf("%w: %w", ErrNoDataset, err)
	}
	return Dataset{client, cmp.Or(project, client.Project()), name}, nil
}

// String is the dataset's full name.
func (d Dataset) String() string { return d.project + "." + d.name }

// Exists gives [ErrNoDataset] for a dataset that does not exist.
func (d Dataset) Exists(ctx context.Context) error {
	_, err := d.client.DatasetInProject(d.project, d.name).Metadata(ctx)
	return d.fail("look at dataset", err)
}

// fail is an error of the service about the dataset.
func (d Dataset) fail(what string, err error) error {
	switch err = bq.Classify(err); {
	case err == nil:
		return nil
	case errors.Is(err, bq.ErrNotFound):
		return fmt.Errorf("%w: %s does not exist", ErrNoDataset, d)
	}
	return fmt.Errorf("%s %s: %w", what, d, err)
}

// Tables implements [Holdings]. A table that goes meanwhile is left out. [ErrNoDataset] says that the dataset does not exist.
func (d Dataset) Tables(ctx context.Context) ([]Holding, error) {
	var found []*Holding
	all, each := errgroup.WithContext(ctx)
	all.SetLimit(16)
	list := d.client.DatasetInProject(d.project, d.name).Tables(ctx)
	for {
		t, err := list.Next()
		if errors.Is(err, iterator.Done) {
			break
		}
		if err != nil {
			if waited := all.Wait(); waited != nil {
				err = waited
			}
			return nil, d.fail("list the tables of", err)
		}
		h := &Holding{Table: bq.Table{Project: d.project, Dataset: d.name, Name: t.TableID}}
		found = append(found, h)
		all.Go(func() error {
			meta, err := t.Metadata(each)
			if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("look at table %s: %w", h.Table, err)
			}
			h.Kind, h.Version = string(meta.Type), bq.VersionOf(meta)
			h.Pin, _, _ = bq.PinOf(t.TableID, meta)
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	var there []Holding
	for _, h := range found {
		if h.Kind != "" {
			there = append(there, *h)
		}
	}
	return there, nil
}

// Fingerprint implements [Holdings].
func (d Dataset) Fingerprint(ctx context.Context, t bq.Table) (string, error) {
	base, _, err := compare.FingerprintOf(ctx, d.client, t, compare.Options{Labels: map[string]string{"created_by": "dit"}})
	return base.Fingerprint, err
}

// Registry is the one of runs that is kept in the dataset.
func (d Dataset) Registry() cache.Registry {
	return cache.BigQuery{Client: d.client, Dataset: d.String()}
}
