using System.Text.Json;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

/// <summary>Status and output of the agent in the form that its controller's source and the documentation of local checks give.</summary>
public class AgentOutputTests
{
    private const string Dump = """
        <<<check_mk>>>
        Version: 2.3.0p30
        AgentOS: windows
        <<<uptime>>>
        4711
        <<<df:sep(9)>>>
        C:\	NTFS	100	50
        <<<ps:sep(9)>>>
        <<<local:sep(0)>>>
        cached(1732400000,3600) 0 Windows_Updates - up to date
        1 "Backup of the gateway" age=3;2;5 late
        P Free_Space free=3;10:;5: computed
        not a check
        <<<>>>
        """;

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_registered_agent_names_its_server_and_whether_it_still_answers_unencrypted(bool legacy, bool encrypted)
    {
        var state = AgentOutput.Read(
            $$$"""{"version":"2.3.0p30","agent_socket_operational":true,"ip_allowlist":[],"allow_legacy_pull":{{{(legacy ? "true" : "false")}}},"connections":[{"site_id":"atlas79.mydhp.de/dhp","receiver_port":8140,"uuid":"99f56bbc-5965-4b34-bc70-1959ad1d32d6","local":{"connection_mode":"push-agent","cert_info":{"issuer":"Site 'dhp' local CA","from":"","to":""}},"remote":"remote_query_disabled"}]}""",
            Dump);
        Assert.Equal((true, "atlas79.mydhp.de:8140", encrypted), (state.Registered, state.Server, state.Encrypted));
    }

    [Fact]
    public void An_imported_connection_is_one_without_a_server()
    {
        var state = AgentOutput.Read("""{"allow_legacy_pull":false,"connections":[{"uuid":"99f56bbc-5965-4b34-bc70-1959ad1d32d6","local":{"connection_mode":"pull-agent"},"remote":"imported_connection"}]}""", "");
        Assert.Equal((true, null, true), (state.Registered, state.Server, state.Encrypted));
    }

    [Fact]
    public void A_fresh_agent_is_registered_nowhere_and_answers_unencrypted() =>
        Assert.Equivalent(new MonitoringState(false, null, false, [], []), AgentOutput.Read("""{"allow_legacy_pull":true,"connections":[]}""", ""));

    [Fact]
    public void What_is_sent_is_what_stands_in_sections_that_are_not_empty() =>
        Assert.Equal(["check_mk", "uptime", "df", "local"], AgentOutput.SectionsOf(Dump));

    [Fact]
    public void Local_checks_are_known_by_name_bare_or_quoted_cached_or_not() =>
        Assert.Equal(["Windows_Updates", "Backup of the gateway", "Free_Space"], AgentOutput.LocalChecksOf(Dump.ReplaceLineEndings("\r\n")));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"allow_legacy_pull":true,"connections":null}""")]
    [InlineData("Agent socket: operational")]
    public void What_is_no_status_is_refused(string status) => Assert.ThrowsAny<JsonException>(() => AgentOutput.Read(status, ""));
}
