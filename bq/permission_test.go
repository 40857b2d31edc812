package bq

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloud.google.com/go/auth/credentials"
	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"
)

// answering is a client of a service that answers everything with one error.
func answering(t *testing.T, code int, reason, message string, o ...option.ClientOption) *bigquery.Client {
	t.Helper()
	body, err := json.Marshal(map[string]any{"error": map[string]any{"code": code, "message": message, "errors": []any{map[string]string{"reason": reason, "message": message}}}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		w.Write(body)
	}))
	t.Cleanup(server.Close)
	if o == nil {
		o = append(o, option.WithoutAuthentication())
	}
	client, err := Open(t.Context(), "project1", "US", append(o, option.WithEndpoint(server.URL))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// What Google says when a role is missing, and what a person must read of it.
func TestMissingPermission(t *testing.T) {
	for _, test := range []struct{ message, want string }{
		{"Access Denied: Dataset p:d: Permission bigquery.tables.create denied on dataset p:d (or it may not exist).",
			"lacks bigquery.tables.create on dataset p:d: grant it roles/bigquery.dataEditor on the dataset"},
		{"Access Denied: Table p:d.t: Permission bigquery.tables.get denied on table p:d.t (or it may not exist).",
			"lacks bigquery.tables.get on table p:d.t: grant it roles/bigquery.dataViewer on the dataset"},
		{"Access Denied: Project p: User does not have bigquery.jobs.create permission in project p.",
			"lacks bigquery.jobs.create on project p: grant it roles/bigquery.jobUser on the project"},
		{"Access Denied: Project p: User does not have bigquery.datasets.create permission in project p.",
			"lacks bigquery.datasets.create on project p: grant it roles/bigquery.user on the project"},
		{"Access Denied: Table p:d.t: User does not have permission to query table p:d.t, or perhaps it does not exist.",
			"lacks bigquery.tables.getData on table p:d.t: grant it roles/bigquery.dataViewer on the dataset"},
		{"Permission 'bigquery.reservations.use' denied on resource 'projects/p'", "lacks bigquery.reservations.use on projects/p: grant it a role that has this permission"},
		{"Access Denied: something else", "Job User and Data Editor"},
	} {
		_, err := answering(t, 403, "accessDenied", test.message).Dataset("d").Metadata(t.Context())
		err = Classify(err)
		if !errors.Is(err, ErrPermission) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%q gives %v", test.message, err)
		}
	}
}

func TestExpiredCredentials(t *testing.T) {
	const again = "log in again"
	t.Run("the service does not accept them", func(t *testing.T) {
		_, err := answering(t, 401, "authError", "Invalid Credentials").Dataset("d").Metadata(t.Context())
		if err = Classify(err); !errors.Is(err, ErrPermission) || !strings.Contains(err.Error(), again) {
			t.Error(err)
		}
	})
	// The token's server refuses them before anything reaches BigQuery, for both kinds of credentials that people have.
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant","error_description":"Token has been expired or revoked."}`)
	}))
	defer tokens.Close()
	for kind, text := range map[credentials.CredType]map[string]string{
		credentials.AuthorizedUser: {"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "r"},
		credentials.ServiceAccount: {"type": "service_account", "client_email": "a@example.com", "private_key_id": "1", "private_key": privateKey(t), "token_uri": tokens.URL},
	} {
		t.Run(string(kind), func(t *testing.T) {
			body, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			found, err := credentials.NewCredentialsFromJSON(kind, body, &credentials.DetectOptions{TokenURL: tokens.URL, Scopes: []string{bigquery.Scope}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = answering(t, 404, "notFound", "nobody should ask this", option.WithAuthCredentials(found)).Dataset("d").Metadata(t.Context())
			if err = Classify(err); !errors.Is(err, ErrPermission) || !strings.Contains(err.Error(), again) || !strings.Contains(err.Error(), "invalid_grant") {
				t.Error(err)
			}
		})
	}
}

func privateKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}
