package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"cloud.google.com/go/bigquery"
	"github.com/spf13/cobra"
	"google.golang.org/api/iterator"
)

func query() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "query SQL",
		Short: "run a SQL statement and print its rows",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := open(c.Context())
			if err != nil {
				return err
			}
			defer client.Close()
			rows, err := client.Query(args[0]).Read(c.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				return printJSON(rows)
			}
			return printTable(rows)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json (one object a line)")
	return c
}

func printTable(rows *bigquery.RowIterator) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	head := true
	for {
		var row []bigquery.Value
		err := rows.Next(&row)
		if head {
			head = false
			for _, f := range rows.Schema {
				fmt.Fprintf(w, "%s\t", f.Name)
			}
			fmt.Fprintln(w)
		}
		if errors.Is(err, iterator.Done) {
			return w.Flush()
		} else if err != nil {
			return err
		}
		for _, v := range row {
			if v == nil {
				v = "NULL"
			}
			fmt.Fprintf(w, "%v\t", v)
		}
		fmt.Fprintln(w)
	}
}

func printJSON(rows *bigquery.RowIterator) error {
	enc := json.NewEncoder(os.Stdout)
	for {
		row := map[string]bigquery.Value{}
		if err := rows.Next(&row); errors.Is(err, iterator.Done) {
			return nil
		} else if err != nil {
			return err
		}
		if err := enc.Encode(row); err != nil {
			return err
		}
	}
}
