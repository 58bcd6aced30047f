package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const id = "019aa3f0-6a52-7c51-b1c6-3d3c7a1c2b9e"

// server answers as Gristmill does; a job is over when it is asked for the second time.
func server(t *testing.T, last string) string {
	t.Helper()
	job := func(state string) string {
		return fmt.Sprintf(`{"id":%q,"kind":"sum","payload":{},"state":%q,"attempts":1,"max_attempts":3,`+
			`"created_at_ms":1,"updated_at_ms":1,"due_at_ms":1,"result":{"sum":3.5}}`, id, state)
	}
	asked := 0
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, status int, text string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
	mux.HandleFunc("POST /api/jobs", func(w http.ResponseWriter, r *http.Request) {
		var submission struct{ Kind string }
		if err := json.NewDecoder(r.Body).Decode(&submission); err != nil || submission.Kind != "sum" {
			reply(w, http.StatusBadRequest, `{"code":"bad_request","message":"no such kind"}`)
			return
		}
		reply(w, http.StatusCreated, job("queued"))
	})
	mux.HandleFunc("GET /api/jobs/{id}", func(w http.ResponseWriter, r *http.Request) {
		asked++
		if asked < 2 {
			reply(w, http.StatusOK, job("running"))
			return
		}
		reply(w, http.StatusOK, job(last))
	})
	testServer := httptest.NewServer(mux)
	t.Cleanup(testServer.Close)
	return testServer.URL
}

func TestRun(t *testing.T) {
	for _, test := range []struct {
		name, args, last, output, failure string
	}{
		{"a job that is waited for", `submit --wait sum {}`, "succeeded", `"sum": 3.5`, ""},
		{"a job of one attempt", `submit --attempts 1 sum {}`, "", `"queued"`, ""},
		{"a job that fails", `wait ` + id, "failed", `"failed"`, "job " + id + ": failed"},
		{"a job that is submitted", `submit sum {}`, "", `"queued"`, ""},
		{"the server's own reason", `submit other {}`, "", "", "400 Bad Request: no such kind"},
		{"a payload that is no JSON", `submit sum {`, "", "", "the payload is no JSON object"},
		{"an id that is none", `get 17`, "", "", `"17" is no job id`},
		{"a state that is none", `list done`, "", "", `"done" is no state of a job`},
		{"help", `--help`, "", "Usage:", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := run(context.Background(), strings.Fields(test.args), server(t, test.last), &out)
			if !strings.Contains(out.String(), test.output) {
				t.Errorf("printed %q, want %q in it", out.String(), test.output)
			}
			if (err == nil) != (test.failure == "") || err != nil && !strings.Contains(err.Error(), test.failure) {
				t.Errorf("failed with %v, want %q", err, test.failure)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"submit"}, {"submit", "--other", "sum", "{}"}, {"get"}, {"other", id}, {"health", "x"}} {
		if err := run(context.Background(), args, "", &strings.Builder{}); !errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
