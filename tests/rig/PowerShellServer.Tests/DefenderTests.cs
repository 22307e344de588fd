using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>How the rig's Defender behaves: its state, its exclusions, and the ways in which a change comes to nothing.</summary>
public sealed class DefenderTests
{
    private static readonly string[] Lists = ["ExclusionPath", "ExclusionProcess", "ExclusionExtension"];

    [Theory]
    [InlineData("Get-MpComputerStatus")]
    [InlineData("Get-MpPreference")]
    [InlineData("Add-MpPreference")]
    [InlineData("Remove-MpPreference")]
    public void A_command_has_exactly_the_parameters_of_a_Server_2016(string command)
    {
        using var session = new ServerSession();

        var info = session.Run("Get-Command", ("Name", command)).Only;
        var refused = Assert.Throws<RemoteException>(() => session.Run(command, ("ExclusionIpAddress", "192.0.2.1")));

        var parameters = ((IDictionary)((PSObject)info.Properties["Parameters"].Value).BaseObject).Keys.Cast<object>().Select(key => key.ToString()!);
        Assert.Equal(Contract.ContractTable.Of("Defender").Commands[command].Keys.Order(), parameters.Except(Cmdlet.CommonParameters).Order());
        Assert.Equal($"NamedParameterNotFound,{command}", refused.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void A_fresh_machine_is_protected_with_signatures_of_today_and_excludes_nothing()
    {
        using var session = new ServerSession();

        var status = session.Run("Get-MpComputerStatus").Only;

        Assert.Equal("Normal", status.Properties["AMRunningMode"].Value);
        Assert.Equal(0u, status.Properties["AntivirusSignatureAge"].Value);
        Assert.Equal(true, status.Properties["RealTimeProtectionEnabled"].Value);
        Assert.Equal(false, status.Properties["IsTamperProtected"].Value);
        Assert.EndsWith("#root/microsoft/windows/defender/MSFT_MpComputerStatus", status.TypeNames[0], StringComparison.Ordinal);
        Assert.All(Lists, list => Assert.Null(session.Run("Get-MpPreference").Only.Properties[list].Value));
    }

    [Fact]
    public void Exclusions_are_added_to_their_lists_and_removed_by_their_very_text()
    {
        using var session = new ServerSession();
        session.Run("Add-MpPreference", ("ExclusionPath", new[] { @"D:\VISUS", @"E:\images\" }), ("ExclusionExtension", ".dcm"), ("Force", true));
        session.Run("Add-MpPreference", ("ExclusionPath", @"d:\visus"), ("ExclusionProcess", "gateway.exe"));
        Assert.Equal([@"D:\VISUS", @"E:\images\"], List(session, "ExclusionPath"));
        Assert.Equal(["gateway.exe"], List(session, "ExclusionProcess"));
        Assert.Equal([".dcm"], List(session, "ExclusionExtension"));

        session.Run("Remove-MpPreference", ("ExclusionPath", new[] { @"d:\visus", @"E:\images" }), ("ExclusionProcess", "gateway.exe"));
        Assert.Equal([@"E:\images\"], List(session, "ExclusionPath"));
        Assert.Empty(List(session, "ExclusionProcess"));
    }

    [Fact]
    public void Tamper_protection_lets_a_change_appear_to_succeed()
    {
        using var session = new ServerSession("tamper-protection");

        Assert.Empty(session.Run("Add-MpPreference", ("ExclusionPath", @"D:\VISUS")).Errors);

        Assert.Empty(List(session, "ExclusionPath"));
        Assert.Equal(true, session.Run("Get-MpComputerStatus").Only.Properties["IsTamperProtected"].Value);
    }

    [Fact]
    public void Policy_that_merges_nothing_keeps_a_local_exclusion_and_lists_its_own_alone()
    {
        using var session = new ServerSession("defender-policy-no-local-merge");
        File.WriteAllText(session.StatePath, """{ "defender": { "policy": { "exclusionPath": ["C:\\backup"] } } }""");

        Assert.Empty(session.Run("Add-MpPreference", ("ExclusionPath", @"D:\VISUS")).Errors);

        Assert.Equal([@"C:\backup"], List(session, "ExclusionPath"));
        Assert.Equal(@"D:\VISUS", (string?)JsonNode.Parse(File.ReadAllText(session.StatePath))!["defender"]!["local"]!["exclusionPath"]![0]);
    }

    [Fact]
    public void Who_is_no_administrator_reads_a_sentence_in_every_list_and_is_refused_with_an_id_only()
    {
        using var session = new ServerSession("access-denied");

        Assert.All(Lists, list => Assert.StartsWith("N/A: ", Assert.Single(List(session, list)), StringComparison.Ordinal));
        var error = session.Run("Add-MpPreference", ("ExclusionPath", @"D:\VISUS")).Error;

        Assert.Equal("HRESULT 0xc0000142,Add-MpPreference", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
    }

    [Fact]
    public void Without_its_service_or_its_module_nothing_answers()
    {
        using var session = new ServerSession();
        File.WriteAllText(session.StatePath, """{ "defender": { "serviceRunning": false } }""");
        using var without = new ServerSession("defender-missing");

        Assert.Equal("HRESULT 0x800106ba,Get-MpComputerStatus", session.Run("Get-MpComputerStatus").Error.FullyQualifiedErrorId);
        Assert.StartsWith("CommandNotFoundException", Assert.Throws<RemoteException>(() => without.Run("Get-MpPreference")).ErrorRecord.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private static List<string> List(ServerSession session, string list) =>
        session.Run("Get-MpPreference").Only.Properties[list].Value is { } value ? [.. LanguagePrimitives.ConvertTo<string[]>(value)] : [];
}
