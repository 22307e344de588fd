using System.Text.Json.Nodes;

namespace Gateway.Rig.PowerShellServer.Contract.CimCmdlets;

/// <summary>The instances of a machine that nobody changed yet: Windows Server 2022 in German, a virtual machine of VMware's with two sockets of four cores.</summary>
internal static class FreshMachine
{
    // "Win32_QuickFixEngineering class", InstalledOn: month first, whatever the machine's language is.
    private static readonly JsonObject Instances = JsonNode.Parse("""
        {
          "Win32_OperatingSystem": [
            { "Caption": "Microsoft Windows Server 2022 Standard ", "Version": "10.0.20348", "BuildNumber": "20348", "ProductType": 3, "OSArchitecture": "64-Bit",
              "OSLanguage": 1031, "TotalVisibleMemorySize": 25164980, "SystemDrive": "C:" } ],
          "Win32_ComputerSystem": [
            { "Name": "GW01", "Manufacturer": "VMware, Inc.", "Model": "VMware20,1", "HypervisorPresent": true, "NumberOfProcessors": 2, "NumberOfLogicalProcessors": 8,
              "TotalPhysicalMemory": 25768939520, "PartOfDomain": true, "Domain": "hospital.example", "DomainRole": 3 } ],
          "Win32_ComputerSystemProduct": [
            { "Name": "VMware20,1", "Vendor": "VMware, Inc.", "Version": "None", "IdentifyingNumber": "VMware-42 1f 5d 0e 7a 11 c0 de-00 11 22 33 44 55 66 77" } ],
          "Win32_Processor": [
            { "DeviceID": "CPU0", "Name": "Intel(R) Xeon(R) Gold 6342 CPU @ 2.80GHz", "NumberOfCores": 4, "NumberOfLogicalProcessors": 4, "SocketDesignation": "CPU #000" },
            { "DeviceID": "CPU1", "Name": "Intel(R) Xeon(R) Gold 6342 CPU @ 2.80GHz", "NumberOfCores": 4, "NumberOfLogicalProcessors": 4, "SocketDesignation": "CPU #001" } ],
          "Win32_QuickFixEngineering": [
            { "HotFixID": "KB5066131", "Description": "Update", "InstalledOn": "10/15/2026", "InstalledBy": "NT-AUTORITÄT\\SYSTEM" },
            { "HotFixID": "KB5070884", "Description": "Security Update", "InstalledOn": "11/11/2026", "InstalledBy": "NT-AUTORITÄT\\SYSTEM" },
            { "HotFixID": "KB5068841", "Description": "Security Update", "InstalledOn": "", "InstalledBy": "" } ],
          "Win32_EncryptableVolume": [
            { "DeviceID": "\\\\?\\Volume{9d0b6f2c-0000-0000-0000-100000000000}\\", "DriveLetter": "C:", "ProtectionStatus": 1, "ConversionStatus": 1, "EncryptionMethod": 7, "VolumeType": 0 },
            { "DeviceID": "\\\\?\\Volume{9d0b6f2c-0000-0000-0000-200000000000}\\", "DriveLetter": "D:", "ProtectionStatus": 1, "ConversionStatus": 1, "EncryptionMethod": 7, "VolumeType": 1 },
            { "DeviceID": "\\\\?\\Volume{9d0b6f2c-0000-0000-0000-300000000000}\\", "DriveLetter": "E:", "ProtectionStatus": 0, "ConversionStatus": 0, "EncryptionMethod": 0, "VolumeType": 1 } ],
          "Win32_DeviceGuard": [
            { "InstanceIdentifier": "4ff40742-2649-41b8-bdd1-e80fad1cce80", "Version": "1.0", "CodeIntegrityPolicyEnforcementStatus": 0, "UsermodeCodeIntegrityPolicyEnforcementStatus": 0, "VirtualizationBasedSecurityStatus": 0 } ],
          "MSFT_NetConnectionProfile": [
            { "Name": "hospital.example", "InterfaceAlias": "Ethernet0", "InterfaceIndex": 4, "NetworkCategory": 2, "IPv4Connectivity": 4, "IPv6Connectivity": 1 } ],
          "AntiVirusProduct": [
            { "displayName": "Windows Defender", "instanceGuid": "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}", "productState": 397568,
              "pathToSignedProductExe": "windowsdefender://", "pathToSignedReportingExe": "%ProgramFiles%\\Windows Defender\\MsMpeng.exe" } ]
        }
        """)!.AsObject();

    public static IReadOnlyList<JsonObject> InstancesOf(string name) => [.. Instances[name]!.AsArray().Select(one => one!.AsObject())];
}
