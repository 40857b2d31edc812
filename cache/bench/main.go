// Command bench measures what a look-up in the registry of runs takes as the registry grows, and prints it against the same
// SELECT without the predicates by which BigQuery prunes: of the partition, and of the pipeline.
//
// How long anything takes never makes it fail; a look-up that does not find the run it must does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

const project = "dit-sandbox"

func main() {
	log.SetFlags(0)
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "DIT_SANDBOX=http://HOST:PORT/bigquery/v2/ go run ./cache/bench [ROWS…]")
	}
	flag.Parse()
	sizes := []int{10, 10_000, 1_000_000}
	if flag.NArg() > 0 {
		sizes = nil
	}
	for _, text := range flag.Args() {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			log.Fatalf("%q is not a number of rows", text)
		}
		sizes = append(sizes, n)
	}
	if err := run(context.Background(), sizes); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, sizes []int) error {
	endpoint := os.Getenv("DIT_SANDBOX")
	if endpoint == "" {
		return errors.New("DIT_SANDBOX is not set: the base URL of a BigQuery, such as http://127.0.0.1:9050/bigquery/v2/")
	}
	wire := &wire{base: http.DefaultTransport}
	client, err := bq.Open(ctx, project, "US", option.WithEndpoint(endpoint), option.WithHTTPClient(&http.Client{Transport: wire}))
	if err != nil {
		return err
	}
	defer client.Close()
	header(os.Stdout)
	for _, rows := range sizes {
		if err := one(ctx, client, wire, rows); err != nil {
			return fmt.Errorf("%d rows: %w", rows, err)
		}
	}
	return nil
}

// one measures a registry of that many rows, in a dataset of its own.
func one(ctx context.Context, client *bigquery.Client, wire *wire, rows int) (err error) {
	dataset := fmt.Sprintf("dit_bench_lookup_%d", time.Now().UnixNano())
	reg := cache.BigQuery{Client: client, Dataset: dataset}
	defer func() { err = errors.Join(err, client.Dataset(dataset).DeleteWithContents(ctx)) }()
	if err := reg.Prepare(ctx); err != nil {
		return err
	}
	wanted, err := fill(ctx, client, dataset, rows)
	if err != nil {
		return err
	}
	taken, err := measure(ctx, reg, wire, wanted)
	if err != nil {
		return err
	}
	show(os.Stdout, rows, taken)
	return nil
}
