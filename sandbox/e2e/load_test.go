//go:build sandbox

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"
)

// TestLoadTakesEpochNumbers: Beam's FILE_LOADS writes numbers for TIMESTAMP columns,
// nested and repeated ones too.
func TestLoadTakesEpochNumbers(t *testing.T) {
	w := newWorld(t)
	ref := bigquery.NewReaderSource(strings.NewReader(`{"t": 1704070800.25, "ts": [1704070800, "2024-01-01 01:00:00 UTC"], "r": {"t": 1704070800}, "d": "2024-01-01"}
{"t": "2024-01-01T01:00:00.25Z", "ts": [], "r": null, "d": null}
{"t": 1.70407080025E9}
`))
	ref.SourceFormat = bigquery.JSON
	ref.Schema = bigquery.Schema{
		{Name: "t", Type: bigquery.TimestampFieldType},
		{Name: "ts", Type: bigquery.TimestampFieldType, Repeated: true},
		{Name: "r", Type: bigquery.RecordFieldType, Schema: bigquery.Schema{{Name: "t", Type: bigquery.TimestampFieldType}}},
		{Name: "d", Type: bigquery.DateFieldType},
	}
	w.wait(w.ds.Table("a").LoaderFrom(ref).Run(t.Context()))
	want := time.Date(2024, 1, 1, 1, 0, 0, 250_000_000, time.UTC)
	for _, row := range w.do("SELECT t FROM a") {
		if got := row[0].(time.Time); !got.Equal(want) {
			t.Errorf("t = %v, want %v", got, want)
		}
	}
	row := w.do("SELECT ts[OFFSET(0)] = ts[OFFSET(1)], r.t = ts[OFFSET(0)], d FROM a WHERE d IS NOT NULL")[0]
	if row[0] != true || row[1] != true || row[2] != (civil.Date{Year: 2024, Month: 1, Day: 1}) {
		t.Errorf("nested and repeated times differ: %v", row)
	}
}

// TestLoadKeepsTheTable: without a schema the table's own holds, under WRITE_TRUNCATE too,
// and layout, labels and REQUIRED stay.
func TestLoadKeepsTheTable(t *testing.T) {
	w := newWorld(t)
	table := w.ds.Table("a")
	if err := table.Create(t.Context(), &bigquery.TableMetadata{
		Description:      "kept",
		Labels:           map[string]string{"k": "v"},
		Schema:           bigquery.Schema{{Name: "id", Type: bigquery.StringFieldType, Required: true}, {Name: "t", Type: bigquery.TimestampFieldType}},
		TimePartitioning: &bigquery.TimePartitioning{Type: bigquery.MonthPartitioningType, Field: "t"},
		Clustering:       &bigquery.Clustering{Fields: []string{"id"}},
	}); err != nil {
		t.Fatal(err)
	}
	uri := putObject(t, w.ds.DatasetID+"/part-1.json", `{"id": "007", "t": 0}`)
	putObject(t, w.ds.DatasetID+"/part-2.json", `{"id": "8", "t": 1}`)
	uri = strings.Replace(uri, "part-1", "part-*", 1)
	for _, disposition := range []bigquery.TableWriteDisposition{bigquery.WriteAppend, bigquery.WriteTruncate} {
		ref := bigquery.NewGCSReference(uri)
		ref.SourceFormat = bigquery.JSON
		l := table.LoaderFrom(ref)
		l.WriteDisposition = disposition
		status := w.wait(l.Run(t.Context()))
		if got := status.Statistics.Details.(*bigquery.LoadStatistics).OutputRows; got != 2 {
			t.Errorf("%s: outputRows = %d, want 2", disposition, got)
		}
		m := w.metadata("a")
		if m.NumRows != 2 || m.Schema[0].Type != bigquery.StringFieldType || !m.Schema[0].Required {
			t.Errorf("%s: %d rows, first column %+v", disposition, m.NumRows, m.Schema[0])
		}
		if m.Description != "kept" || m.Labels["k"] != "v" || m.TimePartitioning == nil || m.TimePartitioning.Field != "t" || m.Clustering == nil {
			t.Errorf("%s: the table lost its layout: %+v", disposition, m)
		}
	}
}

// TestLoadRefusesBadRows: the error names the job, not the transport, and nothing is written.
// TestLoadInChunks: what is larger than 16 MB comes in several requests.
func TestLoadInChunks(t *testing.T) {
	w := newWorld(t)
	const rows = 20_000
	line := `{"x": 1, "s": "` + strings.Repeat("y", 1000) + "\"}\n"
	source := bigquery.NewReaderSource(strings.NewReader(strings.Repeat(line, rows)))
	source.SourceFormat = bigquery.JSON
	source.Schema = bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}, {Name: "s", Type: bigquery.StringFieldType}}
	w.wait(w.ds.Table("a").LoaderFrom(source).Run(t.Context()))
	if got := fmt.Sprint(w.do("SELECT COUNT(*), SUM(x), MIN(LENGTH(s)), MAX(LENGTH(s)) FROM a")); got != "[[20000 20000 1000 1000]]" {
		t.Errorf("loaded %s", got)
	}
}

func TestLoadRefusesBadRows(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (id STRING NOT NULL, n INT64)")
	before := w.version("a")
	for reason, content := range map[string]string{
		"a word for a number":            `{"id": "1", "n": "x"}`,
		"no value for a REQUIRED column": `{"n": 1}`,
		"cut off":                        `{"id": "1", "n": `,
	} {
		ref := bigquery.NewReaderSource(strings.NewReader(content))
		ref.SourceFormat = bigquery.JSON
		job, err := w.ds.Table("a").LoaderFrom(ref).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		status, err := job.Wait(t.Context())
		if err == nil {
			err = status.Err()
		}
		if err == nil {
			t.Errorf("%s: no error", reason)
		}
	}
	if now := w.version("a"); now != before {
		t.Errorf("the table moved from %+v to %+v", before, now)
	}
}

// TestExtractLosesNothing reads back what was extracted, more rows than fit into one chunk.
func TestExtractLosesNothing(t *testing.T) {
	w := newWorld(t)
	w.do(`CREATE TABLE a AS SELECT n, CONCAT('v', CAST(n AS STRING)) AS s, TIMESTAMP_SECONDS(n) AS t, DATE '2024-01-01' AS d,
		CAST(n AS NUMERIC) AS m, [n, n + 1] AS l, STRUCT(n AS x) AS r FROM UNNEST(GENERATE_ARRAY(1, 5000)) AS n`)
	for _, format := range []bigquery.DataFormat{bigquery.Avro, bigquery.JSON, bigquery.Parquet, bigquery.CSV} {
		source := "a"
		if format == bigquery.CSV {
			w.do("CREATE OR REPLACE TABLE flat AS SELECT n, s, t, d FROM a") // CSV holds no arrays
			source = "flat"
		}
		gcs := bigquery.NewGCSReference("gs://dit-sandbox/" + w.ds.DatasetID + "/out-*." + string(format))
		gcs.DestinationFormat = format
		extract := w.ds.Table(source).ExtractorTo(gcs)
		extract.UseAvroLogicalTypes = true
		w.wait(extract.Run(t.Context()))
		back := bigquery.NewGCSReference(gcs.URIs[0])
		back.SourceFormat = format
		back.AvroOptions = &bigquery.AvroOptions{UseAvroLogicalTypes: true}
		back.Schema = w.metadata(source).Schema
		if format == bigquery.CSV {
			back.SkipLeadingRows = 1
		}
		l := w.ds.Table("back").LoaderFrom(back)
		l.WriteDisposition = bigquery.WriteTruncate
		w.wait(l.Run(t.Context()))
		row := w.do("SELECT COUNT(*), COUNT(DISTINCT s), SUM(n), MAX(UNIX_SECONDS(t)) FROM back")[0]
		if row[0] != int64(5000) || row[1] != int64(5000) || row[2] != int64(12502500) || row[3] != int64(5000) {
			t.Errorf("%s: count, distinct, sum, last time = %v", format, row)
		}
	}
}
