package steps

import (
	"context"
	"fmt"
	"io"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
)

// sampleDataset holds the synthetic tables. Each is named by its content, made once, and never written to again.
const sampleDataset = "dit_samples"

// seed returns the synthetic table of that kind ("messages" or "segments") with its metadata, and makes it when it is not
// there or not whole.
func seed(ctx context.Context, client *bigquery.Client, kind string, o vessels.Options, progress io.Writer) (bq.Table, *bigquery.TableMetadata, error) {
	if err := o.Validate(); err != nil {
		return bq.Table{}, nil, fmt.Errorf("%w: synthetic data: %w", ErrBadSource, err)
	}
	table := bq.Table{Project: client.Project(), Dataset: sampleDataset, Name: fmt.Sprintf("%s_%s", kind, o.ContentID())}
	schema, write, rows := vessels.MessagesSchema, vessels.WriteMessages, int64(0)
	if kind == "segments" {
		schema, write = vessels.SegmentsSchema, vessels.WriteSegments
		for range vessels.Segments(o) {
			rows++
		}
	} else {
		for range vessels.Messages(o) {
			rows++
		}
	}
	meta, err := table.Of(client).Metadata(ctx)
	if err == nil && int64(meta.NumRows) == rows {
		return table, meta, nil
	}
	fmt.Fprintf(progress, "making %d rows of synthetic %s: %d vessels, %d days from %s, seed %d\n", rows, kind, o.Vessels, o.Days, o.Start, o.Seed)
	if err := bq.EnsureDataset(ctx, client, sampleDataset); err != nil {
		return table, nil, err
	}
	read, pipe := io.Pipe()
	go func() { pipe.CloseWithError(write(pipe, o)) }()
	defer read.Close() // a load that fails must not leave the writer waiting
	source := bigquery.NewReaderSource(read)
	source.SourceFormat, source.Schema = bigquery.JSON, schema
	loader := table.Of(client).LoaderFrom(source)
	loader.WriteDisposition = bigquery.WriteTruncate
	job, err := loader.Run(ctx)
	if err = bq.Finish(ctx, job, err); err == nil {
		meta, err = table.Of(client).Metadata(ctx)
	}
	if err != nil {
		return table, nil, fmt.Errorf("load %s: %w", table, bq.Classify(err))
	}
	return table, meta, nil
}
