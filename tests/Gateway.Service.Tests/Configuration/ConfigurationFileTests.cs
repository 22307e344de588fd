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
        Assert.Equal(Path.Combine("drives", "D", "VISUS", "data", "ledger.db"), settings.LedgerFile);
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
            configuration["ledger"]!["provider"] = "oracle";
        });

        Assert.Null(settings);
        Assert.Equal(
            [
                ("GW7003", "/dicom/callers/0/name"), ("GW7003", "/extra"), ("GW7004", "/site"), ("GW7005", "/dicom/maximumPduBytes"),
                ("GW7005", "/ledger/provider"), ("GW7005", "/spool"), ("GW7006", "/dicom/port"),
            ],
            problems.Select(problem => (problem.Code, problem.Place)).Order());
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
