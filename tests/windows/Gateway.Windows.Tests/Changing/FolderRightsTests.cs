using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>Owner and access rights of folders, as Get-Acl and icacls see them. Makes a folder on the system's drive and removes it.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed partial class FolderRightsTests : IDisposable
{
    private const string LocalSystem = "S-1-5-18"; // "Well-known SIDs"
    private const string Administrators = "S-1-5-32-544";
    private const int FullControl = 0x1F01FF; // FILE_ALL_ACCESS
    private readonly string folder = $@"{Path.GetPathRoot(Environment.SystemDirectory)}{ThisMachine.NewName()}";

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(FolderAccess.Administrators, null)]
    [InlineData(FolderAccess.ServiceReads, 0x1200A9)]
    [InlineData(FolderAccess.ServiceModifies, 0x1301BF)]
    public async Task A_folder_has_the_owner_and_the_rights_that_were_computed_and_no_others(FolderAccess access, int? service)
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var path = WindowsPath.Of(folder);
        var rights = AccessRights.Of(access, ThisMachine.Appliance);
        machine.Files.CreateFolder(path);
        Directory.CreateDirectory(Path.Combine(folder, "before"));
        Assert.False(AccessRights.SameOwnerAndAccess(machine.Files.ReadRights(path), rights)); // a new folder has the drive's

        machine.Files.WriteRights(path, rights);
        Assert.True(AccessRights.SameOwnerAndAccess(machine.Files.ReadRights(path), rights), machine.Files.ReadRights(path));

        var sid = AccessRights.ServiceSid(ThisMachine.Appliance.Gateway.ServiceName);
        List<(string, long, bool)> expected = [(Administrators, FullControl, false), (LocalSystem, FullControl, false)];
        if (service is { } mask)
            expected.Add((sid, mask, false));
        var (owner, isProtected, entries) = await AclAsync(folder, cancel);
        Assert.Equal(Administrators, owner);
        Assert.True(isProtected, "inheritance from the drive is not cut");
        Assert.Equal(expected.Order(), entries.Order());

        // What was in it and what comes into it has the folder's rights, all of them inherited.
        await File.WriteAllTextAsync(Path.Combine(folder, "after"), "", cancel);
        foreach (var child in new[] { "before", "after" })
            Assert.Equal(expected.Select(e => e with { Item3 = true }).Order(), (await AclAsync(Path.Combine(folder, child), cancel)).Entries.Order());

        // icacls marks what is inherited by (I), in every language.
        Assert.DoesNotContain("(I)", await WindowsTool.MustAsync("icacls", cancel, folder), StringComparison.Ordinal);
        Assert.True(machine.Files.WhyRightsUnknown is null);
    }

    [Fact]
    public async Task A_services_SID_is_the_one_that_sc_shows()
    {
        Permission.Look();
        var cancel = TestContext.Current.CancellationToken;
        foreach (var name in new[] { "DicomMailGateway", "DicomMailMariaDB", "Spooler" })
            Assert.Equal(ServiceSid().Match(await WindowsTool.MustAsync("sc", cancel, "showsid", name)).Value, AccessRights.ServiceSid(name));
    }

    [Fact]
    public async Task A_folder_of_an_ordinary_user_becomes_ours_where_administrators_may_change_it()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var path = WindowsPath.Of(folder);
        machine.Files.CreateFolder(path);
        machine.Files.WriteRights(path, "O:LSG:LSD:P(A;OICI;FA;;;LS)(A;OICI;FA;;;BU)(A;OICI;FA;;;BA)");
        Assert.Equal("S-1-5-19", (await AclAsync(folder, cancel)).Owner); // LOCAL SERVICE: an account that is no administrator, and that every Windows has

        machine.Files.WriteRights(path, AccessRights.StateRoot);
        var (owner, isProtected, entries) = await AclAsync(folder, cancel);
        Assert.Equal(Administrators, owner);
        Assert.True(isProtected);
        Assert.Equal([(LocalSystem, FullControl, false), (Administrators, FullControl, false)], entries);
    }

    [Fact]
    public async Task A_state_root_that_an_ordinary_user_closed_is_refused_and_the_refusal_says_the_way()
    {
        Permission.Change();
        Permission.Skip(ThisMachine.WhyNoDrives("D:"));
        Permission.Skip(Directory.Exists(@"D:\VISUS") ? @"there is a D:\VISUS on this machine, and it may be somebody's" : null);
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var visus = WindowsPath.Of(@"D:\VISUS");
        try
        {
            machine.Files.CreateFolder(visus);
            machine.Files.WriteRights(visus, "O:LSG:LSD:P(A;OICI;FA;;;LS)");
            var refused = Assert.Throws<Provisioning.Diagnosis.RefusedException>(machine.EnsureStateRoot);
            Assert.Equal("GW2401", refused.Diagnostic.Code);
            Assert.Contains(@"takeown /F D:\VISUS /A", refused.Diagnostic.Mend, StringComparison.Ordinal);

            // The way that it says leads there.
            await WindowsTool.MustAsync("takeown", cancel, "/F", @"D:\VISUS", "/A");
            machine.EnsureStateRoot();
            foreach (var made in new[] { @"D:\VISUS", @"D:\VISUS\state" })
            {
                var (owner, isProtected, entries) = await AclAsync(made, cancel);
                Assert.Equal((Administrators, true), (owner, isProtected));
                Assert.Equal([(LocalSystem, FullControl, false), (Administrators, FullControl, false)], entries);
            }
        }
        finally
        {
            await WindowsTool.RunAsync("takeown", cancel, "/F", @"D:\VISUS", "/A");
            await WindowsTool.RunAsync("icacls", cancel, @"D:\VISUS", "/grant", $"*{Administrators}:(OI)(CI)F", "/T", "/C", "/Q");
            Directory.Delete(@"D:\VISUS", recursive: true);
        }
    }

    // Owner and accounts as SIDs: names are translated.
    private static async Task<(string Owner, bool IsProtected, IReadOnlyList<(string Sid, long Rights, bool Inherited)> Entries)> AclAsync(string path, CancellationToken cancel)
    {
        var acl = await WindowsTool.AskForOneAsync(
            $$"""
            $acl = Get-Acl -LiteralPath '{{path}}'
            $sid = [System.Security.Principal.SecurityIdentifier]
            [pscustomobject]@{
              Owner = $acl.GetOwner($sid).Value
              Protected = $acl.AreAccessRulesProtected
              Entries = @($acl.GetAccessRules($true, $true, $sid) | ForEach-Object {
                [pscustomobject]@{ Sid = $_.IdentityReference.Value; Rights = [int]$_.FileSystemRights; Inherited = $_.IsInherited; Type = "$($_.AccessControlType)" } })
            }
            """, cancel);
        return (
            (string)acl["Owner"]!,
            (bool)acl["Protected"]!,
            [.. acl["Entries"]!.AsArray().Select(e => ((string)e!["Type"]! == "Allow" ? (string)e["Sid"]! : $"not {e["Sid"]}", (long)e["Rights"]!, (bool)e["Inherited"]!))]);
    }

    [GeneratedRegex(@"S-1-5-80(-\d+){5}")]
    private static partial Regex ServiceSid();
}
