using System.Net;
using System.Text.Json.Nodes;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Configuration;
using Gateway.Service.Startup;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Configuration;

public sealed class ConfigurationFileTests
{
    [Fact]
    public void The_sample_is_valid_and_its_paths_are_under_the_drives()
    {
        var (settings, problems) = Read(_ => { });

        Assert.Empty(problems);
        Assert.Equal(Path.Combine("drives", "E", "VISUS", "images"), settings!.SpoolFolder);
        Assert.Equal(Path.Combine("drives", "D", "VISUS", "data", "index.db"), settings.Index.File);
        Assert.Equal(AeTitle.Parse("DICOMMAIL"), settings.AeTitle);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.IdleTimeout);
        Assert.True(settings.Callers[0].Admits(AeTitle.Parse("PACS"), IPAddress.Parse("10.9.8.7")));
    }

    [Fact]
    public void Every_unknown_missing_and_wrong_field_is_told_at_once()
    {
        var (settings, problems) = Read(configuration =>
        {
            configuration["extra"] = 1;
            configuration.Remove("site");
            configuration["dicom"]!["port"] = 0;
            configuration["dicom"]!["maximumPduBytes"] = "many";
            configuration["dicom"]!["callers"]![0]!["name"] = "x";
            configuration["spool"] = null;
            configuration["index"]!["provider"] = "oracle";
        });

        Assert.Null(settings);
        Assert.Equal(
            [
                ("GW7003", "/dicom/callers/0/name"), ("GW7003", "/extra"), ("GW7004", "/site"), ("GW7005", "/dicom/maximumPduBytes"),
                ("GW7005", "/index/provider"), ("GW7005", "/spool"), ("GW7006", "/dicom/port"),
            ],
            problems.Select(problem => (problem.Code, problem.Place)).Order());
    }

    [Theory]
    [InlineData("prefix", "", "GW7016 /targets/dicom/0/patientIdPrefix")]
    [InlineData("prefix", "X-", "")]
    [InlineData("deadLetter", "", "")]
    [InlineData("pass", "", "GW7005 /targets/dicom/0/unmapped")]
    public void Ids_that_a_table_lacks_go_with_a_prefix_only_where_there_is_one(string unmapped, string prefix, string problem)
    {
        var (settings, problems) = Read(configuration =>
        {
            var target = SampleConfiguration.Target("pacs", new IPEndPoint(IPAddress.Loopback, 104), "PACS");
            (target["patientIdTable"], target["patientIdPrefix"], target["unmapped"]) = (@"D:\VISUS\data\patients.csv", prefix, unmapped);
            configuration["targets"]!["dicom"]!.AsArray().Add(target);
        });

        Assert.Equal(problem, string.Join('|', problems.Select(one => $"{one.Code} {one.Place}")));
        if (problem.Length == 0)
            Assert.Equal((Path.Combine("drives", "D", "VISUS", "data", "patients.csv"), unmapped == "prefix"), (settings!.Targets.Dicom[0].Ids!.PatientIdTable, settings.Targets.Dicom[0].Ids!.PassesUnmapped));
    }

    [Theory]
    [InlineData("dicom", "aeTitle", "SEVENTEEN_LETTERS", "GW7007")]
    [InlineData("dicom", "bindAddress", "everywhere", "GW7008")]
    [InlineData("health", "address", "10.0.0.1", "GW7008")]
    [InlineData("spool", "folder", "/var/spool", "GW7009")]
    [InlineData("spool", "folder", @"E:\VISUS\..\images", "GW7009")]
    [InlineData("spool", "folder", @"E:images", "GW7009")]
    [InlineData("logs", "folder", @"D:\VISUS\", null)]
    public void A_value_that_only_its_meaning_makes_wrong_is_told_with_its_place(string section, string field, string value, string? code)
    {
        var (_, problems) = Read(configuration => configuration[section]![field] = value);

        Assert.Equal(code is null ? [] : [(code, $"/{section}/{field}")], problems.Select(problem => (problem.Code, problem.Place)));
    }

    [Fact]
    public void Whom_to_alarm_is_told_apart_from_what_is_no_address()
    {
        var (_, problems) = Read(configuration =>
        {
            configuration["alarms"]!["mail"] = JsonNode.Parse("""{ "host": "mail", "port": 0, "startTls": "none", "authorityFile": "", "from": "nobody", "to": [ "pacs@site.example", "" ] }""");
            configuration["alarms"]!["webhook"]!["url"] = "ftp://site.example";
            configuration["syslog"]!["host"] = "syslog";
        });

        Assert.Equal(
            [("GW7006", "/alarms/mail/port"), ("GW7006", "/syslog/port"), ("GW7015", "/alarms/mail/from"), ("GW7015", "/alarms/mail/to/1"), ("GW7015", "/alarms/webhook/url")],
            problems.Select(problem => (problem.Code, problem.Place)).Order());
    }

    [Fact]
    public void A_rehearsal_alarms_nobody_and_listens_to_this_machine_alone()
    {
        var (settings, problems) = Read(configuration =>
        {
            configuration["dicom"]!["bindAddress"] = "0.0.0.0";
            configuration["alarms"]!["mail"] = JsonNode.Parse("""{ "host": "mail", "port": 25, "startTls": "none", "authorityFile": "", "from": "a@site.example", "to": [ "b@site.example" ] }""");
            configuration["alarms"]!["webhook"]!["url"] = "https://site.example";
            configuration["syslog"] = JsonNode.Parse("""{ "host": "syslog", "port": 6514, "authorityFile": "" }""");
        });
        Assert.Empty(problems);
        Assert.NotNull(settings!.Alarms.Mail);

        var rehearsal = settings.OnLoopback();

        Assert.Equal(IPAddress.Loopback, rehearsal.DicomEndPoint.Address);
        Assert.Null(rehearsal.Syslog);
        Assert.Null(rehearsal.Alarms.Mail);
        Assert.Null(rehearsal.Alarms.Webhook);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("pacs.example")]
    public void An_address_that_is_none_is_told_with_its_place(string address)
    {
        var (_, problems) = Read(configuration => configuration["dicom"]!["callers"]![0]!["addresses"]![1] = address);

        Assert.Equal("/dicom/callers/0/addresses/1", Assert.Single(problems).Place);
    }

    [Fact]
    public void A_problem_is_one_line_with_what_was_found_what_is_allowed_and_how_to_mend_it()
    {
        var (_, problems) = Read(configuration => configuration["dicom"]!["port"] = 70000);

        Assert.Equal(
            "GW7006 /dicom/port: found 70000; allowed: a whole number from 1 to 65535. "
                + "Change it in the manifest and apply that again; this file is rendered from it.",
            Assert.Single(problems).ToString());
    }

    [Theory]
    [InlineData("", "GW7002")]
    [InlineData("{", "GW7002")]
    [InlineData("[]", "GW7005")]
    [InlineData("{ \"site\": \"a\", \"site\": \"b\" }", "GW7005")]
    public void Text_that_is_no_configuration_at_all_is_told(string text, string code) =>
        Assert.Contains(ReadText(text).Problems, problem => problem.Code == code);

    private static (ServiceSettings? Settings, IReadOnlyList<Problem> Problems) Read(Action<JsonObject> change)
    {
        var configuration = JsonNode.Parse(SampleConfiguration.Text)!.AsObject();
        change(configuration);
        return ReadText(configuration.ToJsonString());
    }

    private static (ServiceSettings? Settings, IReadOnlyList<Problem> Problems) ReadText(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return ConfigurationFile.Read(path, new DriveMap("drives"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
