using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>How the rig's WMI answers, and that it never answers with an empty list for what does not exist.</summary>
public sealed class CimTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private const string VolumeEncryption = @"ROOT\CIMV2\Security\MicrosoftVolumeEncryption";

    [Fact]
    public void An_instance_has_the_types_of_its_class_and_only_the_properties_that_were_asked_for()
    {
        var system = shared.Session.Run("Get-CimInstance", ("ClassName", "win32_computersystem"), ("Property", new[] { "TotalPhysicalMemory", "HypervisorPresent" })).Only;

        Assert.Equal(25_768_939_520ul, system.Properties["TotalPhysicalMemory"].Value);
        Assert.Equal(true, system.Properties["HypervisorPresent"].Value);
        Assert.Null(system.Properties["Manufacturer"].Value);
        Assert.EndsWith("#root/cimv2/Win32_ComputerSystem", system.TypeNames[0], StringComparison.Ordinal);
        Assert.Equal([4u, 4u], shared.Session.Run("Get-CimInstance", ("ClassName", "Win32_Processor")).Objects.Select(one => one.Properties["NumberOfCores"].Value));
    }

    [Theory]
    [InlineData("root/cimv2", "Win32_Nothing", "0x80041010", ErrorCategory.MetadataError)]
    [InlineData("root/nothing", "Win32_Processor", "0x8004100e", ErrorCategory.MetadataError)]
    [InlineData(VolumeEncryption, "Win32_EncryptableVolume", "0x8004100e", ErrorCategory.MetadataError)]
    [InlineData("root/SecurityCenter2", "AntiVirusProduct", "0x8004100e", ErrorCategory.MetadataError)]
    public void What_does_not_exist_is_an_error_with_the_number_of_WMI(string space, string name, string number, ErrorCategory category)
    {
        var answer = shared.Session.Run("Get-CimInstance", ("Namespace", space), ("ClassName", name));

        Assert.Empty(answer.Objects);
        Assert.Equal(($"HRESULT {number},Get-CimInstance", category), (answer.Error.FullyQualifiedErrorId, answer.Error.CategoryInfo.Category));
    }

    [Fact]
    public void A_property_that_the_class_does_not_have_is_an_invalid_query()
    {
        var error = shared.Session.Run("Get-CimInstance", ("ClassName", "Win32_Processor"), ("Property", new[] { "Cores" })).Error;

        Assert.Equal(("HRESULT 0x80041017,Get-CimInstance", ErrorCategory.InvalidArgument), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("access-denied", "HRESULT 0x80041003,Get-CimInstance")]
    public void Where_the_feature_is_installed_volumes_answer_administrators_only(string faults, string? error)
    {
        using var session = new ServerSession(faults);
        File.WriteAllText(session.StatePath, """{ "cim": { "namespaces": [ "root/cimv2/Security/MicrosoftVolumeEncryption" ] } }""");

        var answer = session.Run("Get-CimInstance", ("Namespace", VolumeEncryption), ("ClassName", "Win32_EncryptableVolume"));

        Assert.Equal(error is null ? 3 : 0, answer.Objects.Count);
        Assert.Equal(error, answer.Errors.Count == 0 ? null : answer.Error.FullyQualifiedErrorId);
        Assert.Equal(2, session.Run("Get-CimInstance", ("ClassName", "Win32_Processor")).Objects.Count);
    }

    [Fact]
    public void A_query_in_WQL_is_not_imitated_and_stops_the_call()
    {
        var refused = Assert.Throws<RemoteException>(() => shared.Session.Run("Get-CimInstance", ("Query", "SELECT * FROM Win32_Processor")));

        Assert.Equal("RigDoesNotImitate,Get-CimInstance", refused.ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void Without_the_module_there_is_no_such_command()
    {
        using var session = new ServerSession("cimcmdlets-missing");

        var missing = Assert.Throws<RemoteException>(() => session.Run("Get-CimInstance", ("ClassName", "Win32_Processor")));

        Assert.Equal("CommandNotFoundException", missing.ErrorRecord.FullyQualifiedErrorId);
    }
}
