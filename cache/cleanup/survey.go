package cleanup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/names"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// atOnce is how many objects are looked at or dropped side by side.
const atOnce = 8

// survey finds out what there is. The order matters, see [facts].
func (c Cleaner) survey(ctx context.Context) (facts, error) {
	f := facts{now: time.Now(), grace: c.Grace, callTime: c.CallTime}
	var err error
	if f.objects, err = c.objects(ctx); err != nil {
		return f, err
	}
	if f.rows, err = c.rows(ctx); err != nil {
		return f, err
	}
	var regions []string
	for _, r := range f.rows {
		if r.Region != "" && !slices.Contains(regions, r.Region) {
			regions = append(regions, r.Region)
		}
	}
	for _, region := range regions {
		jobs, err := c.Jobs.List(ctx, region, "")
		if err != nil {
			return f, err
		}
		f.jobs = append(f.jobs, jobs...)
	}
	if len(f.jobs) > 0 { // so that none of them is younger than the rows
		if f.rows, err = c.rows(ctx); err != nil {
			return f, err
		}
	}
	if f.leases, err = c.Registry.Leases(ctx, ""); err != nil {
		return f, err
	}
	return f, nil
}

// objects are the tables and views of the dataset, and the project's datasets with the label of a run.
func (c Cleaner) objects(ctx context.Context) ([]object, error) {
	project, name, err := names.SplitDataset(c.Dataset)
	if err != nil {
		return nil, err
	}
	home := c.Client.DatasetInProject(cmp.Or(project, c.Client.Project()), name)
	var tables []*bigquery.Table
	for it := home.Tables(ctx); ; {
		t, err := it.Next()
		if errors.Is(err, iterator.Done) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("list the tables of dataset %s.%s: %w", home.ProjectID, home.DatasetID, bq.Classify(err))
		}
		tables = append(tables, t)
	}
	var datasets []*bigquery.Dataset
	it := c.Client.Datasets(ctx)
	it.ProjectID, it.Filter = home.ProjectID, "labels."+runners.RunLabel
	for {
		d, err := it.Next()
		if errors.Is(err, iterator.Done) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("list the datasets of project %s: %w", home.ProjectID, bq.Classify(err))
		}
		if d.DatasetID != home.DatasetID {
			datasets = append(datasets, d)
		}
	}
	found := make([]*object, len(tables)+len(datasets))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, t := range tables {
		if !cache.Owns(t.TableID) {
			group.Go(func() (err error) {
				found[i], err = look(ctx, c.Client, bq.Table{Project: t.ProjectID, Dataset: t.DatasetID, Name: t.TableID})
				return err
			})
		}
	}
	for i, d := range datasets {
		group.Go(func() (err error) {
			found[len(tables)+i], err = lookDataset(ctx, d)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var objects []object
	for _, o := range found {
		if o != nil {
			objects = append(objects, *o)
		}
	}
	return objects, nil
}

// look describes a table or view; nil when it is gone.
func look(ctx context.Context, client *bigquery.Client, t bq.Table) (*object, error) {
	m, err := t.Of(client).Metadata(ctx)
	if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("look at table %s: %w", t, err)
	}
	kind := DataTable
	if m.Type == bigquery.ViewTable || m.Type == bigquery.MaterializedView {
		kind = DataView
	}
	_, _, pin := bq.PinOf(t.Name, m)
	past, ok := bq.PastOf(m)
	begun := ok && !pin && t.Name == past.Name()
	return &object{kind, t, m.Labels, m.CreationTime, m.LastModifiedTime, !m.ExpirationTime.IsZero(), m.ETag, pin, begun}, nil
}

// lookDataset describes a dataset; nil when it is gone or has no label of a run.
func lookDataset(ctx context.Context, d *bigquery.Dataset) (*object, error) {
	m, err := d.Metadata(ctx)
	if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("look at dataset %s.%s: %w", d.ProjectID, d.DatasetID, err)
	}
	if m.Labels[runners.RunLabel] == "" {
		return nil, nil
	}
	return &object{DataSet, bq.Table{Project: d.ProjectID, Dataset: d.DatasetID}, m.Labels, m.CreationTime, m.LastModifiedTime, false, m.ETag, false, false}, nil
}
