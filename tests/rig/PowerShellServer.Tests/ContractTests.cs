using System.Collections;
using System.Management.Automation;
using System.Text.Json;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>What the rig's NetSecurity module takes is what the table of a real Server 2016 has: no more and no less.</summary>
public sealed class ContractTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private static readonly Dictionary<string, Dictionary<string, string>> Table = ReadTable();

    private static readonly HashSet<string> Common = [.. Cmdlet.CommonParameters];

    public static IEnumerable<TheoryDataRow<string>> Commands => Table.Keys.Select(command => new TheoryDataRow<string>(command));

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_exactly_the_parameters_of_the_table(string command)
    {
        var info = shared.Session.Run("Get-Command", ("Name", command)).Only;
        var parameters = ((IDictionary)((PSObject)info.Properties["Parameters"].Value).BaseObject).Keys.Cast<object>().Select(key => key.ToString()!);

        Assert.Equal(Table[command].Keys.Order(), parameters.Where(name => !Common.Contains(name)).Order());
        Assert.Equal("NetSecurity", info.Properties["ModuleName"].Value);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_parameter_that_is_not_in_the_table_is_refused_as_PowerShell_refuses_it(string command)
    {
        var refused = Assert.Throws<RemoteException>(() => shared.Session.Run(command, ("RemoteDynamicKeywordAddresses", "x")));

        Assert.Equal($"NamedParameterNotFound,{command}", refused.ErrorRecord.FullyQualifiedErrorId);
        Assert.Contains("A parameter cannot be found that matches parameter name 'RemoteDynamicKeywordAddresses'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Enabled", true)]
    [InlineData("Enabled", "Yes")]
    [InlineData("Action", "Permit")]
    [InlineData("Direction", "Inwards")]
    [InlineData("Profile", "Home")]
    [InlineData("InterfaceType", "LAN")]
    [InlineData("EdgeTraversalPolicy", "Deny")]
    public void A_value_that_is_not_in_the_set_is_refused(string parameter, object value)
    {
        var refused = Assert.Throws<RemoteException>(() => shared.Session.Run("New-NetFirewallRule", ("DisplayName", "x"), (parameter, value)));

        Assert.Equal("ParameterArgumentTransformationError,New-NetFirewallRule", refused.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void Parameters_of_different_sets_do_not_go_together()
    {
        var refused = Assert.Throws<RemoteException>(() => shared.Session.Run("Get-NetFirewallRule", ("Name", "x"), ("Group", "y")));

        Assert.Equal("AmbiguousParameterSet,Get-NetFirewallRule", refused.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void A_rule_without_display_name_is_refused()
    {
        var refused = Assert.Throws<RemoteException>(() => shared.Session.Run("New-NetFirewallRule", ("Name", "x")));

        Assert.Equal("MissingMandatoryParameter,New-NetFirewallRule", refused.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void A_documented_parameter_without_behaviour_stops_the_call_instead_of_being_ignored()
    {
        var refused = Assert.Throws<RemoteException>(() => shared.Session.Run("New-NetFirewallRule", ("DisplayName", "x"), ("Authentication", "Required")));

        Assert.Equal("RigDoesNotImitate,New-NetFirewallRule", refused.ErrorRecord.FullyQualifiedErrorId);
    }

    private static Dictionary<string, Dictionary<string, string>> ReadTable()
    {
        using var stream = typeof(Contract.ContractTable).Assembly.GetManifestResourceStream("netsecurity.parameters.json")!;
        return JsonDocument.Parse(stream).RootElement.GetProperty("commands").Deserialize<Dictionary<string, Dictionary<string, string>>>()!;
    }
}

/// <summary>One session for statements that change nothing.</summary>
public sealed class SharedSession : IDisposable
{
    public ServerSession Session { get; } = new();

    public void Dispose() => Session.Dispose();
}
