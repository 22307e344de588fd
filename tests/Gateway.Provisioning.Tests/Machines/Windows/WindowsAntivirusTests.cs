using System.Buffers.Binary;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Resources.Managed;
using Gateway.Provisioning.Tests.Wrapping;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>Virus scanners as the product reads them and changes their exclusions, through the cmdlets of the rig.</summary>
public sealed class WindowsAntivirusTests
{
    private const string Policy = @"SOFTWARE\Policies\Microsoft\Windows Defender";
    private const string DeviceManagement = Policy + @"\Policy Manager";
    private const string Features = @"SOFTWARE\Microsoft\Windows Defender\Features";

    private static readonly Exclusion Images = new(ExclusionKind.Folder, @"E:\VISUS\images");
    private static readonly Exclusion Program = new(ExclusionKind.Process, @"D:\VISUS\gateway.exe");
    private static readonly Exclusion Dicom = new(ExclusionKind.Extension, ".dicom");
    private static readonly AntivirusProduct Defender = new("Microsoft Defender", true, 0, true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fresh_server_is_protected_by_Defender_with_signatures_of_today()
    {
        using var machine = new Machine();
        var state = await machine.Antivirus.ReadAsync(Cancel);
        Assert.Equal(Defender, Assert.Single(state.Products));
        Assert.Empty(state.Exclusions);
        Assert.False(state.ExclusionsLocked);
        Assert.Null(state.ExclusionsUnread);
    }

    [Fact]
    public async Task An_exclusion_of_each_kind_is_added_read_back_and_removed()
    {
        using var machine = new Machine();
        foreach (var exclusion in (Exclusion[])[Images, Program, Dicom])
            await machine.Antivirus.AddAsync(exclusion, Cancel);
        Assert.Equal([Images, Program, Dicom], (await machine.Antivirus.ReadAsync(Cancel)).Exclusions);

        await machine.Antivirus.RemoveAsync(Images, Cancel);
        await machine.Antivirus.RemoveAsync(Dicom, Cancel);
        Assert.Equal([Program], (await machine.Antivirus.ReadAsync(Cancel)).Exclusions);
        var calls = machine.Rig.Calls.Count(c => c == "Remove-MpPreference");
        await machine.Antivirus.RemoveAsync(Images, Cancel);
        Assert.Equal(calls, machine.Rig.Calls.Count(c => c == "Remove-MpPreference"));
    }

    [Theory]
    [InlineData("exclusionPath", @"e:\visus\IMAGES\")]
    [InlineData("exclusionPath", @"%Images%")]
    [InlineData("exclusionPath", @"%IMAGEROOT%\images\")]
    [InlineData("exclusionExtension", "DICOM")]
    public async Task However_an_exclusion_was_written_it_holds_and_goes(string list, string stored)
    {
        using var machine = new Machine();
        machine.Local(list, stored, @"C:\somebody's");
        var exclusion = new AntivirusExclusion { Exclusion = list == "exclusionPath" ? Images : Dicom };
        Assert.Equal(Outcome.Holds, (await machine.ObserveAsync(exclusion)).Outcome);

        await machine.Antivirus.RemoveAsync(exclusion.Exclusion, Cancel);
        Assert.Equal(Outcome.Differs, (await machine.ObserveAsync(exclusion)).Outcome);
        Assert.Equal([@"C:\somebody's"], machine.Stored(list));
    }

    [Theory]
    [InlineData(@"E:\VISUS\images\*")]
    [InlineData(@"%UNKNOWN%\images")]
    [InlineData(@"E:\VISUS\images2")]
    public async Task Another_folder_is_not_taken_for_it(string stored)
    {
        using var machine = new Machine();
        machine.Local("exclusionPath", stored);
        Assert.Equal(Outcome.Differs, (await machine.ObserveAsync(new AntivirusExclusion { Exclusion = Images })).Outcome);
        await machine.Antivirus.RemoveAsync(Images, Cancel);
        Assert.Equal([stored], machine.Stored("exclusionPath"));
    }

    [Fact]
    public async Task Defender_protects_in_normal_mode_and_in_real_time()
    {
        using var machine = new Machine(services: Machine.Running("CSFalconService"));
        foreach (var (mode, enabled, realTime, active) in ((string, bool, bool, bool)[])
        [
            ("Normal", true, true, true),
            ("", true, true, true), // a platform of 2016 does not say
            ("Normal", false, true, false),
            ("Normal", true, false, false),
            ("Passive", true, true, false),
            ("Passive Mode", true, true, false),
            ("SxS Passive Mode", true, true, false),
            ("EDR Block Mode", true, true, false),
            ("Not running", true, true, false),
        ])
        {
            machine.SetDefender(("amRunningMode", mode), ("antivirusEnabled", enabled), ("realTimeProtectionEnabled", realTime), ("antivirusSignatureAge", 9));
            machine.Antivirus.Forget();
            Assert.Equal((mode, new AntivirusProduct("Microsoft Defender", active, 9, true)), (mode, (await machine.Antivirus.ReadAsync(Cancel)).Products[0]));
        }
    }

    [Fact]
    public async Task A_mode_that_no_document_names_is_not_guessed_at()
    {
        using var machine = new Machine();
        machine.SetDefender(("amRunningMode", "Sideways Mode"));
        var why = await Assert.ThrowsAsync<NotAssessableException>(() => machine.Antivirus.ReadAsync(Cancel));
        Assert.Contains("Sideways Mode", why.Why.German, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signatures_that_have_no_age_leave_it_unknown()
    {
        using var machine = new Machine();
        machine.SetDefender(("antivirusSignatureAge", uint.MaxValue));
        Assert.Null((await machine.Antivirus.ReadAsync(Cancel)).Products[0].SignatureAgeDays);
    }

    [Fact]
    public async Task Tamper_protection_of_exclusions_locks_them_and_a_change_that_seemed_to_succeed_is_not_believed()
    {
        using var machine = new Machine("tamper-protection");
        machine.Registry.Set(Features, "TPExclusions", 1);
        await machine.Antivirus.AddAsync(Images, Cancel);
        var state = await machine.Antivirus.ReadAsync(Cancel);
        Assert.True(state.ExclusionsLocked);
        Assert.Contains("tamper protection", state.LockedBy!.English, StringComparison.Ordinal);
        Assert.Empty(state.Exclusions);
    }

    [Theory]
    [InlineData(1, false, false)] // exclusions would be protected, and tamper protection is off
    [InlineData(0, true, false)] // tamper protection is on, and does not cover exclusions
    [InlineData(1, true, true)]
    public async Task Only_tamper_protection_that_covers_exclusions_locks_them(int covers, bool isOn, bool locked)
    {
        using var machine = new Machine();
        machine.SetDefender(("isTamperProtected", isOn));
        machine.Registry.Set(Features, "TPExclusions", (uint)covers);
        Assert.Equal(locked, (await machine.Antivirus.ReadAsync(Cancel)).ExclusionsLocked);
    }

    [Theory]
    [InlineData("defender-policy-no-local-merge")] // what policy ignores is not listed either
    [InlineData("")] // it is, and has no effect
    public async Task A_local_exclusion_that_policy_ignores_is_none_and_one_of_policy_is_one(string faults)
    {
        using var machine = new Machine(faults);
        machine.SetDefender(("policy", new JsonObject { ["exclusionPath"] = new JsonArray(Images.Value) }));
        machine.Registry.Set(Policy, "DisableLocalAdminMerge", 1);
        machine.Registry.Set(Policy + @"\Exclusions\Paths", Images.Value, 0);
        await machine.Antivirus.AddAsync(Program, Cancel);
        Assert.Equal([Program.Value], machine.Stored("exclusionProcess"));

        var state = await machine.Antivirus.ReadAsync(Cancel);
        Assert.True(state.ExclusionsLocked);
        Assert.Equal([Images], state.Exclusions);
        var seen = await machine.ObserveAsync(new AntivirusExclusion { Exclusion = Program });
        Assert.Equal(Outcome.Differs, seen.Outcome);
        Assert.Contains("policy (DisableLocalAdminMerge) lets only its own exclusions count", seen.Note!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_no_administrator_learns_that_Defender_protects_and_not_what_it_excludes()
    {
        using var machine = new Machine("access-denied");
        Assert.Equal(Outcome.Holds, (await machine.ObserveAsync(new ActiveVirusScanner { SignatureMaximumAgeDays = 3 })).Outcome);
        var seen = await machine.ObserveAsync(new AntivirusExclusion { Exclusion = Images });
        Assert.Equal((Outcome.NotAssessed, WhoseWord.Nobodys), (seen.Outcome, seen.Word));
        Assert.Contains("only an administrator may read", seen.Note!.English, StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.Antivirus.AddAsync(Images, Cancel));
        Assert.Equal("GW2302", refused.Diagnostic.Code);
    }

    [Fact]
    public void That_exclusions_were_not_read_is_recorded_with_the_facts()
    {
        var unread = new AntivirusState([Defender], [], false) { ExclusionsUnread = new("weil", "because") };
        var recorded = JsonSerializer.SerializeToNode(new MachineFacts { Machine = "one", RecordedAt = Rehearsed.Now, Antivirus = unread }, ManifestJson.Compact);
        Assert.Empty(new ShapeCheck(_ => new Place("facts.json", "", 1, 1)).Check(recorded, typeof(MachineFacts)));
        Assert.Equal(unread.ExclusionsUnread, recorded.Deserialize<MachineFacts>(ManifestJson.Compact)!.Antivirus!.ExclusionsUnread);
    }

    [Fact]
    public async Task A_sentence_in_place_of_exclusions_is_found_in_any_language()
    {
        using var machine = new Machine();
        foreach (var list in (string[])["exclusionPath", "exclusionProcess", "exclusionExtension"])
            machine.Local(list, "N/V: Nur Administratoren sehen Ausnahmen");
        var state = await machine.Antivirus.ReadAsync(Cancel);
        Assert.Empty(state.Exclusions);
        Assert.NotNull(state.ExclusionsUnread);
    }

    [Theory]
    [InlineData(Policy, "HideExclusionsFromLocalAdmins")]
    [InlineData(DeviceManagement, "HideExclusionsFromLocalAdmins")]
    [InlineData(DeviceManagement, "DisableLocalAdminMerge")]
    public async Task Where_policy_hides_exclusions_its_administrators_word_counts(string key, string name)
    {
        using var machine = new Machine();
        machine.Local("exclusionPath", Images.Value);
        machine.Registry.Set(key, name, 1);
        var seen = await machine.ObserveAsync(new AntivirusExclusion { Exclusion = Images });
        Assert.Equal((Outcome.NotAssessed, WhoseWord.APersons), (seen.Outcome, seen.Word));
        Assert.Equal(Outcome.NotAssessed, (await machine.ObserveAsync(new ThirdPartyExclusions())).Outcome);
    }

    [Fact]
    public async Task Policy_that_may_not_be_read_leaves_exclusions_unknown_and_the_scanner_known()
    {
        using var machine = new Machine();
        machine.Local("exclusionPath", Images.Value);
        machine.Registry.Deny(DeviceManagement);
        var state = await machine.Antivirus.ReadAsync(Cancel);
        Assert.Equal(Defender, Assert.Single(state.Products));
        Assert.Empty(state.Exclusions);
        Assert.Contains("Policy Manager", state.ExclusionsUnread!.German, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CSFalconService", "CrowdStrike Falcon")]
    [InlineData("cyserver", "Palo Alto Networks Cortex XDR")]
    [InlineData("SEPMASTERSERVICE", "Symantec Endpoint Protection")]
    public async Task A_third_partys_scanner_protects_beside_a_passive_Defender(string service, string product)
    {
        using var machine = new Machine(services: Machine.Running(service));
        machine.SetDefender(("amRunningMode", "Passive Mode"));
        machine.Local("exclusionPath", Images.Value);
        var state = await machine.Antivirus.ReadAsync(Cancel);
        Assert.Equal([Defender with { Active = false }, new AntivirusProduct(product, true, null, false)], state.Products);
        Assert.Equal([Images], state.Exclusions);
        var seen = await machine.ObserveAsync(new AntivirusExclusion { Exclusion = Images });
        Assert.Equal((Outcome.NotAssessed, WhoseWord.APersons), (seen.Outcome, seen.Word));
    }

    [Fact]
    public async Task A_third_partys_scanner_is_known_where_Defender_was_uninstalled_or_stopped()
    {
        using var without = new Machine(services: [new Service("CSFalconService", true)]);
        Assert.Equal("CrowdStrike Falcon", Assert.Single((await without.Antivirus.ReadAsync(Cancel)).Products).Name);
        Assert.Empty(without.Rig.Calls);

        using var stopped = new Machine(services: [new Service("WinDefend", false), new Service("CSFalconService", true)]);
        Assert.Equal([new AntivirusProduct("Microsoft Defender", false, null, true), new AntivirusProduct("CrowdStrike Falcon", true, null, false)], (await stopped.Antivirus.ReadAsync(Cancel)).Products);
    }

    [Theory]
    [InlineData(true, "Passive Mode", "is not the active virus scanner")]
    [InlineData(true, "Not running", "is not the active virus scanner")]
    [InlineData(false, "Normal", "is not installed")]
    public async Task Without_Defender_and_a_scanner_known_by_name_nobody_says_that_a_server_is_unprotected(bool installed, string mode, string why)
    {
        using var machine = new Machine(services: installed ? [new Service("WinDefend", true), new Service("CSFalconService", false)] : []);
        machine.SetDefender(("amRunningMode", mode));
        var seen = await machine.ObserveAsync(new ActiveVirusScanner { SignatureMaximumAgeDays = 3 });
        Assert.Equal((Outcome.NotAssessed, WhoseWord.APersons), (seen.Outcome, seen.Word));
        Assert.Contains(why, seen.Note!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_scanners_are_registered_none_is_none()
    {
        using var machine = new Machine(registered: []);
        machine.SetDefender(("amRunningMode", "Not running"));
        Assert.Equal(Outcome.Fails, (await machine.ObserveAsync(new ActiveVirusScanner { SignatureMaximumAgeDays = 3 })).Outcome);

        var registered = new AntivirusProduct("CrowdStrike Falcon", true, null, false);
        using var other = new Machine(services: Machine.Running("CSFalconService"), registered: [registered]);
        Assert.Equal([Defender, registered], (await other.Antivirus.ReadAsync(Cancel)).Products);
    }

    [Fact]
    public async Task Without_its_module_Defender_is_not_assessed()
    {
        using var machine = new Machine("defender-missing");
        var seen = await machine.ObserveAsync(new ActiveVirusScanner { SignatureMaximumAgeDays = 3 });
        Assert.Equal(Outcome.NotAssessed, seen.Outcome);
        Assert.Contains("Get-MpComputerStatus", seen.Note!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_takes_two_pipelines_and_is_shared_until_something_changes_or_the_next_one_begins()
    {
        using var machine = new Machine();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => machine.Antivirus.ReadAsync(Cancel)));
        Assert.Equal(["Get-MpComputerStatus", "Get-MpPreference"], machine.Rig.Calls);

        machine.Local("exclusionPath", Images.Value);
        Assert.Empty((await machine.Antivirus.ReadAsync(Cancel)).Exclusions);
        machine.Antivirus.Forget();
        Assert.Equal([Images], (await machine.Antivirus.ReadAsync(Cancel)).Exclusions);
        machine.Local("exclusionPath");
        await machine.Antivirus.AddAsync(Program, Cancel);
        Assert.Equal([Program], (await machine.Antivirus.ReadAsync(Cancel)).Exclusions);
    }

    [Theory]
    [InlineData(266240, true)] // 0x041000
    [InlineData(262144, false)] // 0x040000
    public async Task A_client_has_its_scanners_from_the_Security_Center(int state, bool active)
    {
        using var rig = new RigPowerShell();
        rig.Change(machine => machine["cim"] = System.Text.Json.Nodes.JsonNode.Parse($$"""
            { "namespaces": ["root/SecurityCenter2"],
              "instances": { "AntiVirusProduct": [
                { "displayName": "Windows Defender", "instanceGuid": "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}", "productState": 393472 },
                { "displayName": "Another Scanner", "instanceGuid": "{00000000-0000-0000-0000-000000000001}", "productState": {{state}} } ] } }
            """));
        Assert.Equal([new AntivirusProduct("Another Scanner", active, null, ExclusionsReadable: false)], await new SecurityCenter(new WindowsManagement(rig.Connection)).ReadAsync(Cancel));
    }

    [Fact]
    public async Task A_server_has_no_Security_Center()
    {
        using var rig = new RigPowerShell();
        Assert.Null(await new SecurityCenter(new WindowsManagement(rig.Connection)).ReadAsync(Cancel));
    }

    private sealed record Service(string Name, bool Running);

    /// <summary>The rig's Defender on a machine whose registry and services are the test's.</summary>
    private sealed class Machine : IDisposable
    {
        private static readonly Dictionary<string, string> Variables = new(StringComparer.OrdinalIgnoreCase) { ["Images"] = @"E:\VISUS\images", ["ImageRoot"] = @"E:\VISUS" };

        public Machine(string faults = "", Service[]? services = null, IReadOnlyList<AntivirusProduct>? registered = null)
        {
            Rig = new RigPowerShell(faults);
            Antivirus = new WindowsAntivirus(Rig.Connection, Registry, new FixedServices(services ?? Running()), _ => Task.FromResult(registered), Variables.GetValueOrDefault);
        }

        public RigPowerShell Rig { get; }

        public PolicyRegistry Registry { get; } = new();

        public FakeTimeProvider Clock { get; } = new();

        public WindowsAntivirus Antivirus { get; }

        /// <summary>Defender's service and some more, all of them running.</summary>
        public static Service[] Running(params string[] more) => [.. more.Prepend("WinDefend").Select(name => new Service(name, true))];

        public void SetDefender(params (string Property, JsonNode Value)[] properties) => Rig.Change(state =>
        {
            foreach (var (property, value) in properties)
                Section(state)[property] = value;
        });

        /// <summary>Sets one of the lists by hand.</summary>
        public void Local(string list, params string[] values) => Rig.Change(state =>
        {
            var local = Section(state)["local"] ??= new JsonObject();
            local[list] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]);
        });

        /// <summary>One of the lists as it was set on the machine itself.</summary>
        public IEnumerable<string> Stored(string list) => Rig.Section("defender")["local"]![list]!.AsArray().Select(v => (string)v!);

        public async Task<Observation> ObserveAsync(Resource resource)
        {
            await using var rehearsed = new Rehearsed();
            Antivirus.Forget();
            return await resource.ObserveAsync(new WrappedMachine(rehearsed.Machine) { Antivirus = Antivirus }, Clock, Cancel);
        }

        public void Dispose()
        {
            Rig.Dispose();
        }

        private static JsonNode Section(JsonNode state) => state["defender"] ??= new JsonObject();
    }

    private sealed class PolicyRegistry : IRegistry
    {
        private readonly List<RegistryValue> values = [];
        private readonly HashSet<string> denied = [];

        public Provenance Provenance { get; } = new(Source.Measured, "a test");

        public void Set(string key, string name, uint number)
        {
            var bytes = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
            values.Add(new RegistryValue(key, name, Convert.ToHexStringLower(bytes), Type: 4));
        }

        public void Deny(string key) => denied.Add(key);

        public RegistryValue? Read(string key, string name) => denied.Contains(key)
            ? throw new SecurityException("Requested registry access is not allowed.")
            : values.SingleOrDefault(v => v.Key == key && v.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

        public void Write(RegistryValue value) => throw new NotSupportedException();

        public void Remove(string key, string name) => throw new NotSupportedException();
    }

    private sealed class FixedServices(Service[] services) : IServices
    {
        public Provenance Provenance { get; } = new(Source.Measured, "a test");

        public string? Own => null;

        public bool IsOwnDeleted => false;

        public Wording? WhyRecoveryUnknown => null;

        public Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<ServiceState>>(
            [.. services.Select(s => new ServiceState(s.Name, s.Name, "", "", ServiceStart.Automatic, false, [], s.Running))]);

        public Task ConfigureAsync(ServiceState service, CancellationToken cancel) => throw new NotSupportedException();

        public Task DeleteAsync(string name, CancellationToken cancel) => throw new NotSupportedException();

        public Task StartAsync(string name, CancellationToken cancel) => throw new NotSupportedException();

        public Task StopAsync(string name, CancellationToken cancel) => throw new NotSupportedException();
    }
}
