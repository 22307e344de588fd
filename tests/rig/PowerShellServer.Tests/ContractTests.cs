using System.Collections;
using System.Management.Automation;
using System.Text.Json;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>What the rig's modules take is what the tables of a real Server 2016 have: no more and no less.</summary>
public sealed class ContractTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private static readonly Dictionary<string, (string Module, Dictionary<string, string> Parameters)> Table = ReadTables();

    private static readonly HashSet<string> Common = [.. Cmdlet.CommonParameters];

    public static IEnumerable<TheoryDataRow<string>> Commands => Table.Keys.Select(command => new TheoryDataRow<string>(command));

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_exactly_the_parameters_of_the_table(string command)
    {
        var info = shared.Session.Run("Get-Command", ("Name", command)).Only;
        var parameters = ((IDictionary)((PSObject)info.Properties["Parameters"].Value).BaseObject).Keys.Cast<object>().Select(key => key.ToString()!);

        Assert.Equal(Table[command].Parameters.Keys.Order(), parameters.Where(name => !Common.Contains(name)).Order());
        Assert.Equal(Table[command].Module, (string)info.Properties["ModuleName"].Value, ignoreCase: true);
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

    private static Dictionary<string, (string Module, Dictionary<string, string> Parameters)> ReadTables()
    {
        var tables = new Dictionary<string, (string, Dictionary<string, string>)>();
        var assembly = typeof(Contract.ContractTable).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".parameters.json", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var table = JsonDocument.Parse(stream);
            foreach (var command in table.RootElement.GetProperty("commands").EnumerateObject())
                tables.Add(command.Name, (table.RootElement.GetProperty("module").GetString()!, command.Value.Deserialize<Dictionary<string, string>>()!));
        }
        return tables;
    }
}

/// <summary>One session for statements that change nothing.</summary>
public sealed class SharedSession : IDisposable
{
    public ServerSession Session { get; } = new();

    public void Dispose() => Session.Dispose();
}
