using System.Text.Json.Nodes;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Checking;
using Xunit;

namespace Gateway.Provisioning.Tests.Checking;

/// <summary>What monitoring is told of the gateway, for each thing that can be wrong.</summary>
public class CheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly Appliance Appliance = Rehearsed.DefaultAppliance("""{ "mail": { "address": "gateway@site.example" } }""");
    private static readonly WatchedSite Site = WatchedSite.Of(Appliance);

    [Theory]
    [InlineData("0 \"a b\" - text", true)]
    [InlineData("2 a x=1;2;3|y=-0.5 text", true)]
    [InlineData("1 a x=1;0.5:2;0:3;0;9 text", true)]
    [InlineData("P a - ", true)]
    [InlineData("cached(1,2) 0 a -", true)]
    [InlineData("4 a - text", false)]
    [InlineData("0 a b - text", false)]
    [InlineData("0 a x=one text", false)]
    [InlineData("0 a x=1|x=2 text", false)]
    [InlineData("0 a", false)]
    public void The_checker_of_the_format_tells_good_lines_from_bad(string line, bool isGood) => Assert.Equal(isGood, LocalCheckFormat.WhatIsWrong(line) is null);

    [Fact]
    public void Every_line_is_one_that_monitoring_reads_whatever_the_gateway_says()
    {
        foreach (var figures in new[] { null, Figures(), Figures(f => f["mail"] = null), Figures(f => f["status"] = "degraded") })
            Assert.All(new GatewayChecks(Site, Now).Of(figures), check => Assert.Null(LocalCheckFormat.WhatIsWrong(check.ToString())));
        Assert.Null(LocalCheckFormat.WhatIsWrong(new Check("a \"b\"", CheckState.Ok, "x|y\\n\r\nz", new CheckMetric("v", 0.1 + 0.2)).ToString()));
    }

    [Fact]
    public void A_gateway_that_is_well_is_well_and_the_same_checks_are_there_when_it_is_silent()
    {
        var well = new GatewayChecks(Site, Now).Of(Figures());
        Assert.All(well, check => Assert.True(check.State == CheckState.Ok, check.ToString()));
        var silent = new GatewayChecks(Site, Now).Of(null);
        Assert.Equal(well.Select(check => check.Name), silent.Select(check => check.Name));
        Assert.Equal(CheckState.Critical, silent[0].State);
        Assert.All(silent.Skip(1), check => Assert.Equal(CheckState.Unknown, check.State));
        Assert.Equal(well.Count, well.Select(check => check.Name).Distinct().Count());
    }

    [Fact]
    public void What_is_watched_is_read_from_a_kept_manifest_as_it_is_from_the_whole_of_it()
    {
        var appliance = Rehearsed.DefaultAppliance(
            """{ "mail": { "address": "gateway@site.example" }, "gateway": { "healthPort": 8081 }, "monitoring": { "thresholds": { "keyDays": { "warn": 90, "critical": 7 } } } }""");
        var read = WatchedSite.Read(CanonicalJson.Of(appliance))!;
        Assert.Equivalent(WatchedSite.Of(appliance), read, strict: true);
        Assert.Equal((8081, 90), (read.HealthPort, read.Limits.KeyDays.Warn));
        Assert.NotEmpty(read.MailServers);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("monitoring/thresholds/daysUntilFull")]
    [InlineData("backup/folder")]
    public void A_manifest_of_another_version_is_read_as_a_whole(string lacking)
    {
        var manifest = JsonNode.Parse(CanonicalJson.Of(Appliance))!;
        var path = lacking.Split('/');
        path[..^1].Aggregate(manifest, (node, name) => node[name]!).AsObject().Remove(path[^1]);
        Assert.Null(WatchedSite.Read(CanonicalJson.Bytes(manifest)));
        Assert.Null(WatchedSite.Read("{ \"gateway\": 1"u8.ToArray()));
    }

    [Fact]
    public void Prometheus_reads_the_same_states_and_figures() => Assert.Equal(
        """
        # HELP gateway_check_state 0 well, 1 somebody should look, 2 somebody must look now, 3 it could not be looked at.
        # TYPE gateway_check_state gauge
        gateway_check_state{check="a \"b\""} 2
        # HELP gateway_check_figure A figure of a check, in the unit that its name says.
        # TYPE gateway_check_figure gauge
        gateway_check_figure{check="a \"b\"",figure="age_hours"} 1.5

        """,
        PrometheusText.Of([new Check("a \"b\"", CheckState.Critical, "Text.", new CheckMetric("age_hours", 1.5))]));

    public static TheoryData<string, string, CheckState> Wrong => new()
    {
        { """{ "status": "degraded" }""", "DICOM-Mail service", CheckState.Critical },
        { """{ "sending": { "isPaused": true } }""", "DICOM-Mail service", CheckState.Critical },
        { """{ "partnersProblem": "GW7205" }""", "DICOM-Mail service", CheckState.Critical },
        { """{ "queue": [ { "priority": "emergency", "deliveries": 1, "instances": 25, "oldest": "2026-11-29T11:57:00Z" } ] }""", "DICOM-Mail emergencies", CheckState.Warning },
        { """{ "queue": [ { "priority": "emergency", "deliveries": 1, "instances": 25, "oldest": "2026-11-29T11:50:00Z" } ] }""", "DICOM-Mail emergencies", CheckState.Critical },
        { """{ "queue": [ { "priority": "normal", "deliveries": 1, "instances": 25, "oldest": "2026-11-29T11:50:00Z" } ] }""", "DICOM-Mail queue", CheckState.Ok },
        { """{ "queue": [ { "priority": "bulk", "deliveries": 1, "instances": 25, "oldest": "2026-11-29T10:59:00Z" } ] }""", "DICOM-Mail queue", CheckState.Warning },
        { """{ "queue": [ { "priority": "normal", "deliveries": 1, "instances": 25, "oldest": "2026-11-29T08:00:00Z" } ] }""", "DICOM-Mail queue", CheckState.Critical },
        { """{ "deadLetters": [ { "priority": "normal", "instances": 1, "oldest": "2026-11-29T08:00:00Z" } ] }""", "DICOM-Mail dead letters", CheckState.Warning },
        { """{ "deadLetters": [ { "priority": "emergency", "instances": 1, "oldest": "2026-11-29T08:00:00Z" } ] }""", "DICOM-Mail dead letters", CheckState.Critical },
        { """{ "database": { "isThere": false, "linesBehind": 3 } }""", "DICOM-Mail database", CheckState.Warning },
        { """{ "database": { "isThere": true, "linesBehind": 1000000 } }""", "DICOM-Mail database", CheckState.Critical },
        { """{ "volumes": [ { "name": "images", "freeBytes": 19, "totalBytes": 100, "daysUntilFull": null } ] }""", "DICOM-Mail disk of images", CheckState.Warning },
        { """{ "volumes": [ { "name": "images", "freeBytes": 90, "totalBytes": 100, "daysUntilFull": 2.5 } ] }""", "DICOM-Mail disk of images", CheckState.Critical },
        { """{ "volumes": [ { "name": "images", "freeBytes": 0, "totalBytes": 0, "daysUntilFull": 0 } ] }""", "DICOM-Mail disk of images", CheckState.Critical },
        { """{ "mail": { "inbox": { "count": 3, "oldest": "2026-11-29T11:00:00Z" } } }""", "DICOM-Mail inbox", CheckState.Critical },
        { """{ "mail": { "setAside": 1 } }""", "DICOM-Mail inbox", CheckState.Warning },
        { """{ "mail": { "unconfirmed": [ { "priority": "normal", "messages": 2, "oldest": "2026-11-29T08:00:00Z" } ] } }""", "DICOM-Mail unconfirmed", CheckState.Warning },
        { """{ "mail": { "unconfirmed": [ { "priority": "emergency", "messages": 1, "oldest": "2026-11-29T08:00:00Z" } ] } }""", "DICOM-Mail unconfirmed", CheckState.Critical },
        { """{ "mail": { "certificate": { "hasAny": true, "isValid": true, "until": "2026-12-20T00:00:00Z" } } }""", "DICOM-Mail certificate", CheckState.Warning },
        { """{ "mail": { "certificate": { "hasAny": true, "isValid": true, "until": "2026-12-02T00:00:00Z" } } }""", "DICOM-Mail certificate", CheckState.Critical },
        { """{ "mail": { "certificate": { "hasAny": false, "isValid": false, "until": "2026-11-29T12:00:00Z" } } }""", "DICOM-Mail certificate", CheckState.Critical },
        { """{ "mail": { "ownKeyUntil": "2026-12-20T00:00:00Z" } }""", "DICOM-Mail keys", CheckState.Warning },
        { """{ "mail": { "partners": [ { "partner": "maximum-care", "provedAt": null, "confirms": true, "keyUntil": null } ] } }""", "DICOM-Mail partner maximum-care", CheckState.Warning },
        { """{ "mail": { "partners": [ { "partner": "maximum-care", "provedAt": "2026-11-25T06:00:00Z", "confirms": true, "keyUntil": null } ] } }""", "DICOM-Mail partner maximum-care", CheckState.Critical },
        { """{ "mail": { "partners": [ { "partner": "maximum-care", "provedAt": "2026-11-29T06:00:00Z", "confirms": true, "keyUntil": "2026-11-29T12:00:00Z" } ] } }""", "DICOM-Mail partner maximum-care", CheckState.Critical },
        { """{ "mail": { "servers": [ { "host": "mail1.dicommail.com", "sendingProblem": "is away", "fetchingProblem": null, "fetchedAt": null, "certificateUntil": null, "isDistrusted": false } ] } }""", "DICOM-Mail server mail1.dicommail.com", CheckState.Warning },
        { """{ "mail": { "servers": [ { "host": "mail1.dicommail.com", "sendingProblem": "is away", "fetchingProblem": null, "fetchedAt": null, "certificateUntil": null, "isDistrusted": false } ] } }""", "DICOM-Mail servers", CheckState.Critical },
        { """{ "mail": { "servers": [ { "host": "mail1.dicommail.com", "sendingProblem": "shows another", "fetchingProblem": null, "fetchedAt": null, "certificateUntil": "2027-11-29T12:00:00Z", "isDistrusted": true } ] } }""", "DICOM-Mail server mail1.dicommail.com", CheckState.Critical },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_as_gravely_as_it_is(string change, string name, CheckState expected)
    {
        var figures = Figures(all => Merge(all, (JsonObject)JsonNode.Parse(change)!));
        Assert.Equal(expected, new GatewayChecks(Site, Now).Of(figures).Single(check => check.Name == name).State);
    }

    [Fact]
    public void What_a_server_or_a_peer_said_is_in_no_check()
    {
        const string said = "550 Erika Mustermann";
        var figures = Figures(all =>
        {
            all["partnersProblem"] = said;
            all["mail"]!["servers"]![0]!["sendingProblem"] = said;
            all["mail"]!["servers"]![0]!["fetchingProblem"] = said;
        });
        Assert.DoesNotContain(new GatewayChecks(Site, Now).Of(figures), check => check.ToString().Contains("Mustermann", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("queueMinutes", 30, 20)]
    [InlineData("certificateDays", 10, 20)]
    public void A_threshold_that_is_critical_before_it_warns_is_refused(string name, int warn, int critical)
    {
        var overlay = $$"""{ "monitoring": { "thresholds": { "{{name}}": { "warn": {{warn}}, "critical": {{critical}} } } } }""";
        var reading = ManifestReader.Read([("appliance.json", System.Text.Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json"))), ("o.json", System.Text.Encoding.UTF8.GetBytes(overlay))], new DateOnly(2026, 11, 29));
        Assert.Equal("GW1237", Assert.Single(reading.Diagnostics, one => one.Severity == Gateway.Provisioning.Diagnosis.Severity.Error).Code);
    }

    [Theory]
    [InlineData("pull", "", "GW1238", "/monitoring/mode")]
    [InlineData("pull", "LocalSubnet", "GW1238", "/firewall/inbound/0/remoteAddresses")]
    [InlineData("pull", "10.1.2.3-10.1.2.9", "GW1238", "/firewall/inbound/0/remoteAddresses")]
    [InlineData("push", "10.1.2.3", "GW1239", "/firewall/inbound/0")]
    [InlineData("external", "10.1.2.3", "GW1239", "/firewall/inbound/0")]
    public void The_agents_port_is_open_for_a_server_that_asks_and_for_nobody_else(string mode, string from, string code, string pointer)
    {
        var refused = Assert.Single(Reading(mode, from).Diagnostics, one => one.Severity == Gateway.Provisioning.Diagnosis.Severity.Error);
        Assert.Equal((code, pointer), (refused.Code, refused.Place!.Pointer));
    }

    [Theory]
    [InlineData("pull", "10.1.2.0/24", "127.0.0.1 ::1 10.1.2.0/24")]
    [InlineData("push", "", "127.0.0.1 ::1")]
    public void The_agent_answers_whom_the_firewall_lets_in(string mode, string from, string askers)
    {
        Assert.DoesNotContain(Gateway.Provisioning.Resources.ResourceGraph.Build(Reading(mode, from).Appliance!, _ => null, out var graph), one => one.Severity == Gateway.Provisioning.Diagnosis.Severity.Error);
        var file = graph!.InOrder.OfType<Gateway.Provisioning.Resources.Managed.RenderedFile>().Single(one => one.Name.Text == "agent-config");
        Assert.Contains($"\n  port: 6556\n  only_from: {askers}\n  sections: [check_mk, ", file.Text, StringComparison.Ordinal);
    }

    private static ManifestReading Reading(string mode, string from)
    {
        var rule = from.Length == 0 ? "" : $$"""{ "id": "monitoring-in", "purpose": "monitoring", "ports": ["6556"], "remoteAddresses": ["{{from}}"] }, """;
        var overlay = $$"""{ "monitoring": { "mode": "{{mode}}" }, "firewall": { "inbound": [ {{rule}}{ "id": "dicom-in", "purpose": "site", "ports": ["11112"], "remoteAddresses": ["LocalSubnet"] } ] } }""";
        return ManifestReader.Read([("appliance.json", System.Text.Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json"))), ("o.json", System.Text.Encoding.UTF8.GetBytes(overlay))], new DateOnly(2026, 11, 29));
    }

    [Fact]
    public void Every_threshold_is_held_to_its_order() => Assert.Equal(
        typeof(Thresholds).GetProperties().Where(property => property.PropertyType == typeof(Limit)).Select(property => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(),
        new Thresholds().All().Select(one => one.Name).Order());

    private static void Merge(JsonObject into, JsonObject change)
    {
        foreach (var (name, value) in change)
        {
            if (value is JsonObject below && into[name] is JsonObject target)
                Merge(target, below);
            else
                into[name] = value?.DeepClone();
        }
    }

    private static GatewayFigures Figures(Action<JsonObject>? change = null)
    {
        var all = (JsonObject)JsonNode.Parse($$"""
            {
              "status": "healthy", "version": "1.0.0", "startedAt": "2026-11-29T00:00:00Z", "sending": { "isPaused": false }, "partnersProblem": null, "queue": [], "deadLetters": [],
              "database": { "isThere": true, "linesBehind": 0 },
              "volumes": [ { "name": "images", "freeBytes": 90, "totalBytes": 100, "daysUntilFull": null }, { "name": "data", "freeBytes": 90, "totalBytes": 100, "daysUntilFull": 400 } ],
              "mail": {
                "servers": [ {{string.Join(',', Enumerable.Range(1, 6).Select(n => $$"""{ "host": "mail{{n}}.dicommail.com", "sendingProblem": null, "fetchingProblem": null, "fetchedAt": "2026-11-29T11:59:00Z", "certificateUntil": "2027-11-29T12:00:00Z", "isDistrusted": false }"""))}} ],
                "certificate": { "hasAny": true, "isValid": true, "until": "2027-11-29T12:00:00Z" }, "ownKeyUntil": null, "inbox": { "count": 0, "oldest": null }, "setAside": 0, "unconfirmed": [],
                "partners": [ { "partner": "maximum-care", "provedAt": "2026-11-29T06:00:00Z", "confirms": true, "keyUntil": "2028-01-01T00:00:00Z" } ]
              }
            }
            """)!;
        change?.Invoke(all);
        return GatewayFigures.Read(System.Text.Encoding.UTF8.GetBytes(all.ToJsonString()))!;
    }
}
