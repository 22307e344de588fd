using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

/// <summary>A state root that somebody prepared before us is made ours, or refused.</summary>
public class StateRootTests
{
    private const string Foreign = "O:S-1-5-21-1-2-3-1001G:BUD:AI(A;OICI;FA;;;WD)";

    [Theory]
    [InlineData(null, FolderAccess.Administrators)]
    [InlineData("serviceReads", FolderAccess.ServiceReads)]
    public async Task Owner_and_rights_of_folders_that_are_there_are_repaired(string? declared, FolderAccess expected)
    {
        var folders = string.Join(", ", Rehearsed.DefaultAppliance().Folders.Select(f => $$"""{ "id": "{{f.Id}}", "path": {{System.Text.Json.JsonSerializer.Serialize(f.Path.Text)}}, "access": "{{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(f.Access.ToString())}}" }"""));
        var appliance = Rehearsed.DefaultAppliance(declared is null ? null : $$"""{ "folders": [ {{folders}}, { "id": "visus", "path": "D:\\VISUS", "access": "{{declared}}" } ] }""");
        await using var machine = new Rehearsed(appliance);
        var files = machine.Machine.Files;
        foreach (var folder in new[] { @"D:\VISUS", @"D:\VISUS\state" })
        {
            files.CreateFolder(WindowsPath.Of(folder));
            files.WriteRights(WindowsPath.Of(folder), Foreign);
        }

        await machine.ApplyAsync();
        Assert.Equal(AccessRights.Of(expected, appliance), files.ReadRights(WindowsPath.Of(@"D:\VISUS")));
        Assert.Equal(AccessRights.StateRoot, files.ReadRights(ManifestPaths.StateRoot));
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
        Assert.Null((await machine.ApplyAsync()).Run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_foreign_state_root_that_cannot_be_repaired_is_refused(bool denied)
    {
        var refused = Assert.Throws<RefusedException>(() => StateRootFolders.Ensure(new SomebodyElses(denied), Rehearsed.DefaultAppliance()));
        Assert.Equal("GW2401", refused.Diagnostic.Code);
        Assert.Contains(@"D:\VISUS", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Contains("takeown", refused.Diagnostic.Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("O:BAG:S-1-5-32-544D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", true)]
    [InlineData("O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", true)]
    [InlineData("O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", false)]
    [InlineData("O:BAG:SYD:AI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", false)]
    [InlineData("O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;FR;;;WD)", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Owner_and_access_count_and_the_primary_group_does_not(string? found, bool same) => Assert.Equal(same, AccessRights.SameOwnerAndAccess(found, AccessRights.StateRoot));

    [Theory]
    [InlineData("O:BAG:SYD:PAI(A;OICI;0x1200a9;;;IU)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", true)] // as .NET reads it, sorted by account
    [InlineData("O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;IU)", true)]
    [InlineData("O:BAG:SYD:PAI(A;OICI;FA;;;IU)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", false)]
    [InlineData("O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", false)]
    public void The_order_of_entries_decides_nothing(string found, bool same) => Assert.Equal(same, AccessRights.SameOwnerAndAccess(found, AccessRights.Reports));

    /// <summary>Folders whose rights stay what their owner made them.</summary>
    private sealed class SomebodyElses(bool denied) : IFiles
    {
        public Provenance Provenance => RightsProvenance;

        public Provenance RightsProvenance { get; } = new(Source.Measured, "a test");

        public Wording? WhyRightsUnknown => null;

        public bool FolderExists(WindowsPath path) => true;

        public bool FileExists(WindowsPath path) => false;

        public string? ReadRights(WindowsPath path) => Foreign;

        public void CreateFolder(WindowsPath path)
        {
        }

        public void WriteRights(WindowsPath path, string sddl)
        {
            if (denied)
                throw new UnauthorizedAccessException("Access is denied.");
        }

        public bool RemoveFolderIfEmpty(WindowsPath path) => false;

        public void RemoveFolderWithContent(WindowsPath path) => throw new NotSupportedException();

        public byte[]? ReadFile(WindowsPath path) => null;

        public void WriteFile(WindowsPath path, byte[] content) => throw new NotSupportedException();

        public void RemoveFile(WindowsPath path) => throw new NotSupportedException();
    }
}
